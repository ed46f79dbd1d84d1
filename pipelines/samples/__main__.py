"""`python -m pipelines.samples`: renders `samples/source` into `samples/cvs` and `samples/jobs`."""

from pipelines.samples.render import render_all

if __name__ == "__main__":
    print(f"{render_all()} files")
