import { v7 } from 'uuid';

/** The columns of an audit row; its id is made of its time. */
export const AUDIT_COLUMNS = `id, occurred_at, action, outcome, actor_type, actor_id, actor_roles, authenticated_by,
  session_id, target_type, target_id, target_version, target_sha256, target_owner_id, request_id, ip, user_agent, changes,
  details`;

export function stamp() {
  const at = new Date();
  return { id: v7({ msecs: at.getTime() }), at };
}

/** Where the request came from: the last three values of an audit row before its changes. */
export function originOf(request) {
  return [v7(), request.socket.remoteAddress, request.headers['user-agent'] ?? null];
}
