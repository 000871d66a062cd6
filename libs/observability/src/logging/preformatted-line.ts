/**
 * A log line whose members are JSON already, for lines written at every request. It is not searched for secrets: the
 * caller names each member, and none may come from a body, a header or a query.
 */
export class PreformattedLine {
  /** `members` is escaped JSON without braces, such as `"status":200,"ip":"::1"`. */
  constructor(
    readonly message: string,
    readonly members: string,
  ) {}
}
