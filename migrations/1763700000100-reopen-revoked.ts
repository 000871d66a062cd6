import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** `documents.require_entry()` of migration 8; `reopened` is the condition under which a document may become pending again. */
const requireEntry = (reopened: string): string => `
  CREATE OR REPLACE FUNCTION documents.require_entry() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    actions text[];
    became  jsonb;
  BEGIN
    IF TG_OP = 'DELETE' THEN
      PERFORM audit.require_entry('document', OLD.id::text, '{document.deleted}', '{}', NULL);
      RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
      actions := '{document.uploaded}';
    ELSIF NEW IS NOT DISTINCT FROM OLD THEN
      RETURN NULL;
    ELSIF NEW.id <> OLD.id THEN
      actions := '{}';
    ELSIF NEW.status = 'in_review' THEN
      actions := '{document.claimed}';
    ELSIF NEW.status = 'pending' THEN
      actions := CASE
        WHEN ${reopened} THEN '{document.reopened}'::text[]
        WHEN NEW.current_version <> OLD.current_version THEN '{document.version_added}'
        WHEN OLD.status = 'in_review' THEN '{document.released,document.lease_expired,document.updated}'
        WHEN OLD.status = 'pending' THEN '{document.updated}'
        ELSE '{}'
      END;
    ELSIF NEW.status = OLD.status THEN
      actions := '{document.updated}';
    ELSE
      actions := ARRAY['document.' || NEW.status];
    END IF;
    became := jsonb_build_object('revision', NEW.revision);
    IF TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN
      became := became || jsonb_build_object('status', NEW.status);
    END IF;
    PERFORM audit.require_entry('document', NEW.id::text, actions, became, NULL);
    RETURN NULL;
  END $$`;

/** An admin can send a revoked document back to review. The release before never does: it is not affected. */
export class ReopenRevoked1763700000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(requireEntry(`OLD.status IN ('rejected', 'revoked')`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(requireEntry(`OLD.status = 'rejected'`));
  }
}
