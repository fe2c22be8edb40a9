-- Words that stand in a column of their own, and no text: how they are destroyed in the versions of a row, and what
-- stays to prove that nothing else changed (docs/audit-format.md, Redactions).

-- SQL for the digest of a row ($1), over these columns.
CREATE FUNCTION audit_digest_of(columns text) RETURNS text LANGUAGE sql STABLE
  SET search_path = public, pg_temp AS $$
  SELECT 'sha256(convert_to(' || string_agg(
    format('coalesce(octet_length(($1).%1$I::text)::text || '':'' || ($1).%1$I::text || '','', ''-'')', name),
    ' || ' ORDER BY place) || ', ''UTF8''))'
  FROM string_to_table(columns, ' ') WITH ORDINALITY AS named(name, place)
$$;

CREATE FUNCTION audit_redaction_digest(history text, version bigint, before bytea, after bytea) RETURNS bytea
  LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT sha256(convert_to(audit_netstring(history) || audit_netstring(version::text)
    || audit_netstring(encode(before, 'hex')) || audit_netstring(encode(after, 'hex')), 'UTF8'))
$$;

-- Versions are append-only, but for the words that an act says it destroys.
CREATE FUNCTION audit_refuse_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND EXISTS (
    SELECT FROM audit_redaction r WHERE r.history = TG_TABLE_NAME AND r.version = OLD.history_id
      AND r.act_id = nullif(current_setting('rolzuiver.act', true), '')::bigint
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only (%)', TG_TABLE_NAME, TG_OP USING ERRCODE = '42501';
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit_redaction
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit_redaction
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_redaction ENABLE ALWAYS TRIGGER refuse_change;
ALTER TABLE audit_redaction ENABLE ALWAYS TRIGGER refuse_truncate;

REVOKE EXECUTE ON FUNCTION audit_refuse_version FROM PUBLIC;
