/**
 * A line of the log whose members are JSON already, for what is written at every request. Nobody searches it for secrets:
 * whoever makes one names each member, and none of them may come from a body, a header or a query.
 */
export class PreformattedLine {
  /** `members` as in `"status":200,"ip":"::1"`: no braces, nothing that is not escaped. */
  constructor(
    readonly message: string,
    readonly members: string,
  ) {}
}
