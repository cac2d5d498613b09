// The sentences that scripts say, translated by the server in `data-*` of #texts.

export const texts = document.getElementById("texts")?.dataset ?? {};
