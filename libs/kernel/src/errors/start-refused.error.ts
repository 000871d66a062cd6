/** A start that a module refused: the message says to an operator why and what to do. */
export class StartRefusedError extends Error {}
