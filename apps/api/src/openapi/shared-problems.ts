import { type OpenAPIObject } from '@nestjs/swagger';
import { isReference, operationsOf, type ResponseObject } from './operations.js';

const PROBLEM = 'application/problem+json';
const MAX_CODES_IN_NAME = 3;

/** Moves problem responses that several operations share to the components. */
export function shareProblems(document: OpenAPIObject): void {
  const uses = new Map<string, number>();
  const problems = operationsOf(document).flatMap(({ operation }) =>
    Object.entries(operation.responses).flatMap(([status, response]) =>
      response && !isReference(response) && nameOf(response) ? [{ operation, status, response }] : [],
    ),
  );
  for (const { response } of problems) {
    const key = JSON.stringify(response);
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  const shared: Record<string, ResponseObject> = {};
  for (const { operation, status, response } of problems) {
    if ((uses.get(JSON.stringify(response)) ?? 0) < 2) continue;
    const name = nameOf(response);
    shared[name] ??= response;
    if (JSON.stringify(shared[name]) !== JSON.stringify(response)) continue;
    operation.responses[status] = { $ref: `#/components/responses/${name}` };
  }
  document.components = { ...document.components, responses: shared };
}

/** For example `ConflictOrPreconditionFailed` for the codes `CONFLICT` and `PRECONDITION_FAILED`; empty for more than three. */
function nameOf(response: ResponseObject): string {
  const codes = Object.keys(response.content?.[PROBLEM]?.examples ?? {});
  if (codes.length === 0 || codes.length > MAX_CODES_IN_NAME) return '';
  return codes.map(pascalCase).join('Or');
}

function pascalCase(code: string): string {
  return code
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
