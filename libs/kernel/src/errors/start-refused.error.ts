/** A module refused to start. The message tells the operator why and what to do. */
export class StartRefusedError extends Error {}
