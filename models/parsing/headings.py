"""The words that head the parts of a CV and of an ad."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    HEADER = "header"
    SUMMARY = "summary"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    SKILLS = "skills"
    CREDENTIALS = "credentials"
    LANGUAGES = "languages"
    PROJECTS = "projects"
    PUBLICATIONS = "publications"
    VOLUNTEERING = "volunteering"
    INTERESTS = "interests"
    REFERENCES = "references"
    OTHER = "other"
    DUTIES = "duties"
    MUST = "must"
    NICE = "nice"
    BOILERPLATE = "boilerplate"


CV = {
    Part.SUMMARY: "summary|professional summary|executive summary|career summary|profile|professional profile"
    "|personal"
    " profile|career profile|personal statement|about|about me|objective|career objective|job objective|overview"
    "|professional overview|career overview|introduction|executive profile|profil|kurzprofil|über mich|résumé|perfil"
    "|a propos|à propos|profiel|summary of qualifications|qualifications summary|career focus|who i am|in short"
    "|in brief"
    "|at a glance|in a nutshell|sobre mí|sobre mi|perfil profesional|kurz gesagt|zur person|profilo|sobre mim"
    "|professional statement|objectives|career goal|career goals|ziel|objectif|objetivo|my story|hello|bio|biography"
    "|in eigener sache|o mnie|podsumowanie|om mig|om meg|samenvatting|over mij|wie ik ben|accroche|resumen"
    "|resumen profesional|resumo|perfil profissional|profilo professionale|sintesi|looking for"
    "|what i am looking for|snapshot|career snapshot|personal summary|in one line|mission",
    Part.EXPERIENCE: "experience|work experience|professional experience|employment|employment history|work history"
    "|career history|career|relevant experience|professional background|employment experience|positions held"
    "|clinical experience|teaching experience|internships|internship|jobs i have had|where i have worked"
    "|work|jobs|berufserfahrung|beruflicher werdegang|praxiserfahrung|expérience|expériences"
    "|expérience professionnelle"
    "|expériences professionnelles|parcours professionnel|experiencia|experiencia laboral|experiencia profesional"
    "|werkervaring|esperienza professionale|other experience|additional experience|previous experience|earlier career"
    "|military experience|military service|industry experience|professional history|appointments|career experience"
    "|mon parcours|parcours|werdegang|berufspraxis|berufstätigkeit|berufliche erfahrung|arbeitserfahrung|praktika"
    "|beruflicher hintergrund|esperienze professionali|esperienze|experiência profissional|experiência|doświadczenie"
    "|doświadczenie zawodowe|relevant work experience|selected experience|key experience|recent experience|earlier"
    "|previous employment|civilian employment|arbeit|emploi|trabajo|lavoro|posts|mes postes|paid work"
    "|career to date|work so far|where i worked|what i have done|what i've done|jobs held"
    "|academic appointments|research experience|legal experience|nursing experience|driving experience"
    "|flying experience"
    "|sales experience|management experience|other employment|earlier roles|current role|current position|roles"
    "|stage and screen|theatre|stage|screen|credits|engagements|commissions|postes occupés|carrière|the day job"
    "|day job"
    "|day jobs|stationen|berufliche stationen|praktische erfahrung|experience and employment|posts held|employers"
    "|employment and experience|history|vida laboral|trayectoria|trayectoria profesional|trayectoria laboral"
    "|what i do"
    "|loopbaan|ervaring|arbeidsverleden|werk|jobs so far|employment record|employment to date|jobs to date"
    "|employment details|work details|career summary and history|berufliches|beruf|berufsweg|berufsleben"
    "|praxis|laufbahn|emplois occupés|experiencias|experiencia previa|historia laboral|historial laboral"
    "|carriera|percorso professionale|percurso profissional|zatrudnienie|przebieg kariery|kariera|praca"
    "|erfarenhet|arbetslivserfarenhet|anställningar|arbeidserfaring|erfaring|erhvervserfaring|jobb"
    "|work experience summary|professional experience summary|empleos|puestos|trabajos|empregos|impieghi"
    "|banen|my jobs|jobs i have done|my work|working life|work record|service record|previous jobs|past jobs"
    "|past employment|ausgeübte tätigkeiten|einsätze",
    Part.EDUCATION: "education|education and training|academic background|academic qualifications|school|schools"
    "|educational background|education and learning|my education|where i studied|what i studied|degrees|degree"
    "|education and qualifications|academic history|studies|schooling|training and education|ausbildung|bildung"
    "|studium"
    "|ausbildung und studium|formation|formations|formación|formacion|educación|educacion|opleiding|opleidingen"
    "|istruzione|education background|academic credentials|scholastic record|schule|bildungsweg"
    "|diplômes et formations"
    "|diplômes|formation et diplômes|formations et diplômes|études|cursus|akademischer werdegang|schulbildung"
    "|schulische ausbildung|hochschulbildung|studium und schule|schule und ausbildung|schul und berufsausbildung"
    "|formación académica|estudios|titulación|istruzione e formazione|formação|formação académica|wykształcenie"
    "|títulos|lernen|gelernt|schulen|studier|educational attainment|university|university and school"
    "|school and college|learning|apprenticeship|academic training|academics"
    "|edukacja|escuela|escolaridad|escolaridade|quals|studied|studie|diplomas|scuola|studi|titoli di studio"
    "|habilitações|habilitações literárias|educational qualification|educational qualifications"
    "|academic qualification|academic details|academic profile|academic record|educational details"
    "|education details|educational profile|scolarité|ausbildungen|bildungsgang|schulisches|schulzeit"
    "|onderwijs|utbildning|utdanning|uddannelse|education and courses|school and courses|estudos"
    "|estudios realizados|qualifications and education|education and degrees|szkoły|skola|ècole|école|écoles"
    "|colegio",
    Part.SKILLS: "skills|key skills|technical skills|core skills|core competencies|competencies|competences|key "
    "competencies"
    "|areas of expertise|expertise|technologies|tools|skill set|skills and tools|skills summary"
    "|technical proficiencies"
    "|proficiencies|computer skills|it skills|software|professional skills|skills and expertise|highlights|strengths"
    "|technical summary|technical expertise|core qualifications|qualifications|skill highlights|specialties|abilities"
    "|kenntnisse|fähigkeiten|kompetenzen|it-kenntnisse|compétences|competencias|habilidades|vaardigheden|competenze"
    "|soft skills|hard skills|personal skills|key strengths|areas of knowledge|additional skills|other "
    "skills|tech stack|toolbox|stack|core strengths|core competences|my tools|tools i use|tools and methods|methods"
    "|what i bring|what i know|what i can do|what i am good at|what i'm good at|things i can do|things i do well"
    "|useful things i do well|good at|knows|can do|edv"
    "|edv kenntnisse|it kenntnisse|edv und it|fachkenntnisse|besondere kenntnisse|kenntnisse und fähigkeiten"
    "|compétences clés|compétences techniques|savoir faire|atouts|informatique|outils|logiciels"
    "|conocimientos|informática|aptitudes|competencias técnicas|competenze tecniche|competências|umiejętności"
    "|craft|craft skills|equipment|machines|techniques|lab skills|laboratory skills|clinical skills|kitchen skills"
    "|skills and knowledge|skills and abilities|capabilities|technical profile|technical toolkit|toolkit|keywords"
    "|systems|software and systems|kann ich|können|functional skills|office skills|practical skills"
    "|skills and strengths|skills and software|digital skills"
    "|i can|i can do|cando|boîte à outils|outillage|gereedschap|gereedschapskist|herramientas|strumenti"
    "|ferramentas|narzędzia|werkzeuge|werkzeuge und methoden|methoden|schwerpunkte|fachgebiete|themen"
    "|kernkompetenzen|stos technologiczny|technologie|technologien|devices|devices and charting|procedures"
    "|charting|it-kenntnisse und methoden|in the classroom|kunde|kundskaber|ferdigheter|färdigheter"
    "|kompetencer|competenties|competenze personali|competenze informatiche|capacidades"
    "|domaines de compétences|domaines d'expertise|points forts|fortalezas|stärken|it stack|technology stack"
    "|technical stack|skills matrix|core tools|day to day tools|what i use|specialities|specialisms"
    "|specialities and tools",
    Part.CREDENTIALS: "certifications|certification|certificates|licenses|licences|licenses and certifications"
    "|credentials|papers|tickets|tickets and cards|cards|cards and tickets|licence|license|certs|welding papers"
    "|certifications and licenses|licences and certificates|licensure|professional certifications"
    "|accreditations|accreditation|training"
    "|qualifications and training|professional qualifications|professional development|courses|training "
    "and certifications"
    "|registrations|registration|professional registration|professional memberships|memberships|affiliations"
    "|professional affiliations"
    "|certificates and training|zertifikate|weiterbildung|weiterbildungen|certificats|certificaciones|certificaten"
    "|certifications and training|licences and training|professional licenses|permits|tickets and licences"
    "|certificates and licences|continuing education|memberships and registrations|licences and cards|befähigungen"
    "|zertifikate und weiterbildung|fortbildungen|fortbildung|lizenzen|scheine|führerschein|führerscheine"
    "|qualifikationen|zusatzqualifikationen|zertifizierungen|permis|permis et certificats|habilitations"
    "|certifications et permis|habilitations et permis|carnets|permisos|licencias|títulos y licencias|cursos"
    "|certificazioni|patenti|certificações|certyfikaty|uprawnienia|licenses and registrations|licences and tickets"
    "|licenses and eligibility|eligibility|licences and ratings|ratings|bewilligungen|ausweise|bar admissions"
    "|admissions|bar admission|board certification|board certifications|licences held|licenses held"
    "|qualifications and licences|certifications and memberships|licences and memberships|safety tickets"
    "|endorsements"
    "|cert|papieren|papiertjes|papeles|papiers|titres et habilitations|abilitazioni|abilitazioni e patenti"
    "|patente|zulassungen|lizenzen und zertifikate|certified|paper|paperwork|licences and permits"
    "|licenses and permits|permisos y licencias|permisos y carnets|carnés|certificado|certificados|certifikat"
    "|certifikater|kurs|kurser|kursy|szkolenia|certyfikaty i kursy|certificates and licences"
    "|professional certificates|professional licences|professional licenses|licences and certs"
    "|tickets and licenses|checks|clearances|clearance|security clearance|updates|formations complémentaires"
    "|certifications et licences|certificações e cursos|corsi|cursussen|diplomas and certificates",
    Part.LANGUAGES: "languages|language skills|language|sprachen|sprachkenntnisse|langues|idiomas|talen|lingue|speaks"
    "|tongues|speaking|speak|sprog|språk|foreign languages|spoken languages|langues parlées|i speak"
    "|languages spoken|języki|línguas|fremdsprachen"
    "|teangacha|språkkunskaper|sprogkundskaber|språkkunnskaper|languages known|talenkennis|linguas|llengües"
    "|idiomes|hizkuntzak|znajomość języków|języki obce|lingue conosciute|lingue straniere|altre lingue"
    "|idiomas hablados|langues étrangères|sprachen und niveau",
    Part.PROJECTS: "projects|personal projects|key projects|selected projects|project experience|projekte"
    "|side projects"
    "|side things|projets|proyectos|portfolio|projects and activities|open source|selected work|selected works"
    "|academic projects|proyectos personales|projets personnels|progetti|built for fun"
    "|projet perso|projets perso|projet personnel|projekty|projecten|project details|project history"
    "|projekthistorie|projektliste|projektübersicht|projekterfahrung|ausgewählte projekte|private projekte"
    "|realisations|réalisations|proyecto personal|por gusto|own projects|in my own time|things i have built"
    "|things i built|eigene projekte|hobby projects|projetos|selected assignments",
    Part.PUBLICATIONS: "publications|selected publications|patents|presentations|research|patents and publications"
    "|publications and talks|talks|publikationen|veröffentlichungen|publicaciones|conference papers|articles|writing"
    "|conferences|publications and presentations|pubblicazioni"
    "|publications et communications|books|books and articles|papers and talks|publicações|publikationer"
    "|publicaties|publikacje|chapters|journal articles|peer-reviewed articles|monographs|schriften|vorträge"
    "|aufsätze",
    Part.VOLUNTEERING: "volunteer experience|volunteering|volunteer work|volunteer|community involvement|ehrenamt"
    "|ehrenamtliches engagement|engagement|bénévolat|vie associative|voluntariado|community|community service|unpaid"
    "|volunteering and community|voluntary work|charity work|giving back|unpaid work|freiwilligenarbeit|volontariato"
    "|voluntary experience|volunteer service"
    "|vrijwillig|vrijwilligerswerk|wolontariat|voluntariado y comunidad|helping out|helping"
    "|freiwilliges engagement|frivilligt arbete|frivilligt arbejde|frivillig|associatif"
    "|engagements associatifs|volunteer and community|volunteering and interests|ideellt",
    Part.INTERESTS: "interests|hobbies|hobbies and interests|interests and activities|activities|extracurricular "
    "activities|interessen|hobbys|loisirs|centres d'intérêt|intereses|interessi|aficiones|outside work|off duty"
    "|when i'm not working|free time|leisure|personal interests|hors cuisine|zainteresowania|interesses|freizeit"
    "|hobbies interests|when not working|after work|away from work|hobby"
    "|passions|passions et loisirs|fun|for fun|po godzinach|poza pracą|hobby i zainteresowania|verder"
    "|vrije tijd|fritid|fritidsintressen|ausgleich|in der freizeit|freizeit und interessen|tempo libero"
    "|tempos livres|tiempo libre|ocio|et à côté|à côté|hors travail|the rest|out of hours|life outside work"
    "|outside of work|pastimes|persönliche interessen",
    Part.REFERENCES: "references|referees|referenzen|références|referencias|reference|reference available"
    "|references available on request|referenze|referenties|character references|refs"
    "|rekommendationer|referenser|referencje|referências|referees and checks|professional references",
    Part.OTHER: "awards|honors"
    "|honours|awards and honors|achievements|key achievements|accomplishments"
    "|additional information|other|personal details|personal information|personal data|contact"
    "|contact details|contact information|details|links|auszeichnungen|prix|premios|otros|sonstiges|divers|autres"
    "|leadership|persönliche daten|kontakt|coordonnées|contacto|availability|miscellaneous|otros datos"
    "|datos personales"
    "|declaration|persönliches|awards and scholarships|scholarships|further information|verfügbarkeit|disponibilité"
    "|assessments|test scores|personal|private|privat|privates|boards|board positions|hours|flying hours|character"
    "|practical|practicalities|practical matters|good to know|small print|notes|extra|more|anything else"
    "|prizes|grants|funding|disponibilidad|mobilité|informations complémentaires|weitere angaben|persönliche angaben"
    "|contatti|dati personali|military|key facts|get in touch|reach me|find me|where to find me|also"
    "|et aussi|administration|administrative duties|service|academic service|distinctions|honneurs|onderscheidingen"
    "|informazioni personali|dados pessoais|dane osobowe|persoonlijke gegevens|personalia|personuppgifter|privates und"
    " mehr|sonstige angaben|ulteriori informazioni|altre informazioni|informações adicionais|practicals|dates",
}
# The last word of a longer heading: `Selected engagements`.
LAST_WORDS = {
    Part.EXPERIENCE: "experience|employment|erfahrung|expérience|experiencia|internships|appointments|career"
    "|werdegang"
    "|laufbahn|werkervaring|loopbaan|jobs|posts|roles|positions|engagements|tätigkeiten|stationen|erfarenhet|erfaring"
    "|anställningar|doświadczenie|zatrudnienie|emplois|postes|assignments|esperienza|esperienze|experiência",
    Part.EDUCATION: "education|studies|ausbildung|bildung|études|studium|schooling|degrees|utbildning|utdanning"
    "|uddannelse|onderwijs|wykształcenie|istruzione|formazione|titulaciones|diplômes|opleidingen|bildungsweg",
    Part.SKILLS: "skills|competencies|competences|kenntnisse|compétences|technologies|proficiencies|expertise|tools"
    "|strengths|abilities|know-how|savoir-faire|fertigkeiten|färdigheter|kompetenser|umiejętności|competenze"
    "|vaardigheden|outils|herramientas|strumenti",
    Part.CREDENTIALS: "certifications|certificates|licences|licenses|zertifikate|memberships|registrations|tickets"
    "|accreditations|permits|courses|lehrgänge|kurse|kursy|kurser|cursos|certificados|certificats|habilitations"
    "|attestations|scheine|nachweise|uprawnienia|admissions|certificeringen|certificazioni|weiterbildungen",
    Part.LANGUAGES: "languages|sprachen|langues|idiomas|tongues|lingue|línguas|talen|språk|sprog|języki",
    Part.PROJECTS: "projects|projekte|projets|proyectos|progetti|projecten|projekt",
    Part.PUBLICATIONS: "publications|patents|talks|publikationen|publicaciones",
    Part.INTERESTS: "interests|hobbies|pastimes|loisirs|freizeit|fritid|aficiones|hobbys",
    Part.VOLUNTEERING: "volunteering|ehrenamt|bénévolat|voluntariado|vrijwilligerswerk",
    Part.REFERENCES: "references|referees|referenzen|referenties|referencias",
    Part.OTHER: "awards|honours|honors|prizes|angaben|daten|boards|details",
}
# Headings in a person's own words: they ask, or begin with what a person does.
ASKING = (
    r"(?:what|where|how|who|when|things|wo|was|wie|wer|ou|ce que|ce qui|lo que|que|donde|como|cosa|dove|wat|waar|hoe"
    r"|i (?:speak|know|can)|ich) (?:\w|')+"
)
ASKED = (
    (Part.INTERESTS, r"\b(?:not (?:work|at work)\w*|otherwise|enjoy|like to do|for fun|relax|do not work|free)\b"),
    (Part.SKILLS, r"\bwork with\b"),
    (
        Part.EDUCATION,
        r"\b(?:studied|learn(?:ed|t)|trained|taught me|went to school|gelernt|studiert|etudie|appris|estudi\w+"
        r"|aprendi\w*|studiato|imparato|geleerd|gestudeerd)\b",
    ),
    (
        Part.EXPERIENCE,
        r"\b(?:worked|work|working|been|done|do|did|gearbeitet|arbeite|gemacht|war|travaille|fait|trabaj\w+|hecho"
        r"|lavorato|fatto|gewerkt|gedaan)\b",
    ),
    (Part.LANGUAGES, r"\b(?:speak|spreche|parle|hablo|parlo|spreek)\b"),
    (
        Part.SKILLS,
        r"\b(?:know|bring|good at|can|offer|kann|mitbringe|biete|weiss|sais|connais|apporte|se hacer|puedo|so fare"
        r"|kan|weet|breng)\b",
    ),
    (Part.SUMMARY, r"\b(?:am|bin|suis|soy|sono|ben|is)\b"),
)
# Words in front of a name that say nothing of what is under it: `Mein Werdegang`.
QUALIFIERS = (
    r"my|mein|meine|mon|ma|mes|mi|mis|mijn|il mio|la mia|le mie|min|mina|moje|o meu|as minhas|the|paid|other"
    r"|autres?|weitere|sonstige"
    r"|otr[ao]s?|altre|further|selected|relevant|recent|previous|earlier|current|main|additional|some|key|more"
    r"|core|all"
)
# Every part that neither tells of work nor lists what is known.
ASIDE = (Part.PROJECTS, Part.PUBLICATIONS, Part.VOLUNTEERING, Part.INTERESTS, Part.REFERENCES, Part.OTHER)
AD = {
    Part.SUMMARY: "job description|description|job summary|position summary|summary|overview|the role|about the role"
    "|about the job|the position|role|position|role overview|job overview|the opportunity|about the position|purpose"
    "|job purpose|position overview|general summary|role summary|introduction|position description",
    Part.DUTIES: "responsibilities|duties|key responsibilities|what you will do|what you'll do|your responsibilities"
    "|job responsibilities|duties and responsibilities|essential duties|essential duties and "
    "responsibilities|your tasks"
    "|primary responsibilities|essential functions|essential job functions|tasks|your role|the job|day to day"
    "|the work"
    "|roles and responsibilities|job duties|main duties|principal duties|accountabilities|your day|what you do"
    "|major responsibilities|position responsibilities|in this role you will|aufgaben|ihre aufgaben|missions",
    Part.MUST: "requirements|qualifications|required skills|required qualifications|minimum qualifications|must have"
    "|must haves|job requirements|what you need|what we are looking for|what we're looking for|who you are|you have"
    "|skills and experience|basic qualifications|minimum requirements|required skills and qualifications|your profile"
    "|required experience|experience|skills|skills required|required|essential|essential criteria"
    "|person specification"
    "|knowledge skills and abilities|education and experience|what you bring|about you|education"
    "|position requirements"
    "|required skills and experience|key skills|candidate profile|the ideal candidate|ideal candidate"
    "|your qualifications"
    "|experience and qualifications|skills and qualifications|qualifications and experience|knowledge and skills"
    "|profil"
    "|education/experience|required knowledge|licenses and certifications|anforderungen|ihr profil|qualification"
    "|qualifications and skills|qualifications required|what you will need|you will need|you bring"
    "|requirements include",
    Part.NICE: "preferred|preferred qualifications|nice to have|nice to haves|desired skills|desirable|desirable "
    "criteria"
    "|preferred skills|bonus|bonus points|pluses|plus|desired|desired qualifications|it would be nice|good to have"
    "|preferred experience|additional qualifications|a plus|desired skills and experience|ideally|an advantage"
    "|welcome but not required|preferred requirements|preferred skills and experience|what would help",
    Part.BOILERPLATE: "benefits|what we offer|we offer|about us|about the company|company overview|our benefits|perks"
    "|compensation|compensation and benefits|pay and benefits|equal opportunity|equal opportunity employer|who we are"
    "|how to apply|our company|why join us|why work for us|eeo statement|about our company|company "
    "description|wir bieten"
    "|the company|our values|salary and benefits|benefits include|perks and benefits|our culture|company "
    "profile|working"
    " here|about the firm|the firm|our firm|about the team|good to know|the small print|about the employer",
}
