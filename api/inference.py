"""`/v1/embeddings`, `/v1/rerank`, `/v1/models`: the models by themselves, for clients that exist already."""

from __future__ import annotations

from fastapi import APIRouter

from api.auth import Tenant, Use
from api.inference_schemas import (
    EmbeddingsIn,
    EmbeddingsOut,
    ModelsOut,
    RerankIn,
    RerankOut,
    ScoredTextOut,
    cohere,
    inference,
)
from api.problems import problems
from api.repeat import REPEATABLE, ReceivingRoute
from core.domain import new_id
from core.errors import BadInput

router = APIRouter(prefix="/v1", tags=["models"], route_class=ReceivingRoute, responses=problems(401, 403, 503))


@router.get("/models", name="list_models", response_model=ModelsOut)
async def models(use: Use, _: Tenant) -> object:
    """The versions that serve now, those on trial, and those a request may pin (`known`), in OpenAI's shape."""
    return ModelsOut.of(use.matcher)


@router.post(
    "/embeddings",
    name="create_embeddings",
    response_model=EmbeddingsOut,
    responses=problems(400, 404, 409, 413, 422),
    dependencies=[REPEATABLE],
)
async def embeddings(wanted: EmbeddingsIn, use: Use, _: Tenant) -> object:
    """A vector for each text, in OpenAI's shape. The model is a pinned version: see `GET /v1/models`."""
    encoded = await use.inference.embeddings(wanted.model, wanted.texts)
    if wanted.dimensions not in (None, encoded.rows.shape[1]):
        raise BadInput(f"{encoded.version} has {encoded.rows.shape[1]} dimensions: leave `dimensions` out")
    return EmbeddingsOut.of(encoded, wanted.encoding_format)


@router.post(
    "/rerank",
    name="create_ranking",
    response_model=RerankOut | list[ScoredTextOut],
    response_model_exclude_none=True,
    responses=problems(400, 404, 409, 413, 422),
    dependencies=[REPEATABLE],
)
async def rerank(wanted: RerankIn, use: Use, _: Tenant) -> object:
    """CVs in the order in which they suit an ad (or ads, a CV), by the reader, encoder and ranker of a match; nothing
    is stored. `documents` is answered in Cohere's shape, `texts` in that of text-embeddings-inference."""
    ranked = await use.inference.rerank(wanted.model, wanted.query, wanted.plain, wanted.document_kind)
    return inference(wanted, ranked) if wanted.texts is not None else cohere(wanted, ranked, new_id("rnk"))
