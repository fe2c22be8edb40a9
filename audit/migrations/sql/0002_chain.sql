-- Acts, chains, texts: what the application may do to evidence, and how it is hashed (docs/audit-format.md).
--
-- Three settings, local to the transaction, carry the running act:
--   rolzuiver.act      its id, from audit_open until audit_close
--   rolzuiver.user     the account behind it, for the history tables
--   rolzuiver.changes  a line for each row that it changed so far
-- A forged setting gains nothing: what history says and what the act says are compared by verify_audit.


-- The clock. Tests and the demo replace it (audit/clock.py); only the owner can.

CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT clock_timestamp()';

CREATE FUNCTION app_today() RETURNS date LANGUAGE sql VOLATILE PARALLEL SAFE
  AS $$ SELECT (app_now() AT TIME ZONE 'Europe/Amsterdam')::date $$;


-- Hashing

CREATE FUNCTION audit_netstring(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT coalesce(octet_length(value)::text || ':' || value || ',', '-') $$;

CREATE FUNCTION audit_act_hash(a audit_act) RETURNS bytea LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = public, pg_temp AS $$
BEGIN
  RETURN sha256(convert_to(
    audit_netstring(a.format::text) || audit_netstring(a.chain) || audit_netstring(a.seq::text)
    || audit_netstring((extract(epoch FROM a.at) * 1000000)::bigint::text)
    || audit_netstring(a.actor) || audit_netstring(a.appointment) || audit_netstring(a.capacity)
    || audit_netstring(a.role) || audit_netstring(a.behalf_of) || audit_netstring(a.verb) || audit_netstring(a.duty)
    || audit_netstring(a.step) || audit_netstring(a.task) || audit_netstring(a.outcome) || audit_netstring(a.mandate)
    || audit_netstring(a.ground) || audit_netstring(a.motivation) || audit_netstring(a.flags)
    || audit_netstring(a.documents) || audit_netstring(a.details) || audit_netstring(a.changes)
    || audit_netstring(a.correlation::text) || audit_netstring(encode(a.prev, 'hex')), 'UTF8'));
END $$;

CREATE FUNCTION audit_commitment(salt bytea, content text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT sha256(salt || convert_to(content, 'UTF8')) $$;


-- The running act

CREATE FUNCTION audit_open(account integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE act bigint;
BEGIN
  IF current_setting('rolzuiver.act', true) <> '' THEN
    RAISE EXCEPTION 'act % is still open: acts do not nest', current_setting('rolzuiver.act');
  END IF;
  act := nextval('audit_act_id_seq');
  PERFORM set_config('rolzuiver.act', act::text, true), set_config('rolzuiver.user', coalesce(account::text, ''), true),
          set_config('rolzuiver.changes', '', true);
  RETURN act;
END $$;

-- The guard behind every write. An act that was written already cannot take in more changes.
CREATE FUNCTION audit_running(changing text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE act bigint := nullif(current_setting('rolzuiver.act', true), '');
BEGIN
  IF act IS NULL OR EXISTS (SELECT FROM audit_act WHERE id = act) THEN
    RAISE EXCEPTION '% changes only within an act (audit.services.acting)', changing USING ERRCODE = '42501';
  END IF;
  RETURN act;
END $$;

CREATE FUNCTION audit_note(line text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('rolzuiver.changes', current_setting('rolzuiver.changes') || line || E'\n', true);
END $$;


-- Texts

CREATE FUNCTION audit_write_text(chain text, content text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE written bigint;
BEGIN
  INSERT INTO audit_text (chain, content) VALUES (chain, content) RETURNING id INTO written;
  RETURN written;
END $$;

CREATE FUNCTION audit_commit_text() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('session_replication_role') = 'replica' THEN  -- restore, replication: check, do not stamp again
    IF NEW.content IS NOT NULL AND NEW.commitment IS DISTINCT FROM audit_commitment(NEW.salt, NEW.content) THEN
      RAISE EXCEPTION 'text % does not have the commitment that it comes with', NEW.id;
    END IF;
    RETURN NEW;
  END IF;
  NEW.act_id := audit_running('audit_text');
  NEW.salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  NEW.commitment := audit_commitment(NEW.salt, NEW.content);
  NEW.created_at := app_now();
  PERFORM audit_note('audit_text ' || NEW.id || ' + commitment ' || encode(NEW.commitment, 'hex'));
  RETURN NEW;
END $$;

CREATE TRIGGER commit_text BEFORE INSERT ON audit_text FOR EACH ROW EXECUTE FUNCTION audit_commit_text();

-- Removes words and salt. The commitment stays, so the acts that cite it still verify.
CREATE FUNCTION audit_erase(text_id bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  act bigint := audit_running('audit_text');
  stays bytea;
BEGIN
  UPDATE audit_text SET content = NULL, salt = NULL, erased_at = app_now(), erased_act_id = act
    WHERE id = text_id AND content IS NOT NULL RETURNING commitment INTO stays;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'text % is not there, or was erased before', text_id USING ERRCODE = 'no_data_found';
  END IF;
  PERFORM audit_note('audit_text ' || text_id || ' - commitment ' || encode(stays, 'hex'));
END $$;


-- Acts

-- Words in `ground` and `motivation` become erasable texts; the act holds their commitments.
CREATE FUNCTION audit_close(
  act bigint, chain text, actor text, verb text,
  appointment text DEFAULT '', capacity text DEFAULT '', role text DEFAULT '', behalf_of text DEFAULT '',
  duty text DEFAULT '', step text DEFAULT '', task text DEFAULT '', outcome text DEFAULT '', mandate text DEFAULT '',
  ground text DEFAULT '', motivation text DEFAULT '', flags text DEFAULT '', documents text DEFAULT '',
  details text DEFAULT '{}', correlation uuid DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ground_id bigint;
  motivation_id bigint;
  numbered bigint;
BEGIN
  IF act IS DISTINCT FROM audit_running('audit_act') THEN
    RAISE EXCEPTION 'act % is not the one that is open', act;
  END IF;
  IF ground <> '' THEN
    ground_id := audit_write_text(chain, ground);
  END IF;
  IF motivation <> '' THEN
    motivation_id := audit_write_text(chain, motivation);
  END IF;
  INSERT INTO audit_act (
    id, format, chain, actor, appointment, capacity, role, behalf_of, verb, duty, step, task, outcome, mandate,
    ground, motivation, flags, documents, details, changes, correlation, ground_text_id, motivation_text_id
  ) VALUES (
    act, 1, chain, actor, appointment, capacity, role, behalf_of, verb, duty, step, task, outcome, mandate,
    coalesce((SELECT encode(t.commitment, 'hex') FROM audit_text t WHERE t.id = ground_id), ''),
    coalesce((SELECT encode(t.commitment, 'hex') FROM audit_text t WHERE t.id = motivation_id), ''),
    flags, documents, details, current_setting('rolzuiver.changes'), coalesce(correlation, gen_random_uuid()),
    ground_id, motivation_id
  ) RETURNING seq INTO numbered;
  PERFORM set_config('rolzuiver.act', '', true);
  RETURN numbered;
END $$;

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE head audit_chainhead;
BEGIN
  IF current_setting('session_replication_role') = 'replica' THEN  -- restore, replication: check, do not stamp again
    IF NEW.hash IS DISTINCT FROM audit_act_hash(NEW) THEN
      RAISE EXCEPTION '% nr. % does not have the hash that it comes with', NEW.chain, NEW.seq;
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.verb = 'rectify' AND NOT EXISTS (
    SELECT FROM audit_act a WHERE a.chain = NEW.chain AND a.seq = (NEW.details::jsonb ->> 'rectifies')::bigint
  ) THEN
    RAISE EXCEPTION 'a rectification names, as `rectifies`, the number of an earlier act of %', NEW.chain
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  LOOP
    SELECT * INTO head FROM audit_chainhead h WHERE h.chain = NEW.chain FOR UPDATE;  -- the order of the chain
    EXIT WHEN FOUND;
    INSERT INTO audit_chainhead (chain, seq, hash) VALUES (NEW.chain, 0, '') ON CONFLICT DO NOTHING;
  END LOOP;
  NEW.seq := head.seq + 1;
  NEW.prev := head.hash;
  NEW.at := app_now();
  NEW.hash := audit_act_hash(NEW);
  UPDATE audit_chainhead h SET seq = NEW.seq, hash = NEW.hash WHERE h.chain = NEW.chain;
  RETURN NEW;
END $$;

CREATE TRIGGER chain BEFORE INSERT ON audit_act FOR EACH ROW EXECUTE FUNCTION audit_chain();

ALTER TABLE audit_act ADD CONSTRAINT audit_act_details_are_json CHECK (details IS JSON OBJECT);

-- Each act rewrites its head: room on the page keeps that update within it.
ALTER TABLE audit_chainhead SET (fillfactor = 50);


-- Looking

CREATE FUNCTION audit_look(chain text, actor text, subject text) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp
  AS $$ INSERT INTO audit_accessrecord (chain, actor, subject, at) VALUES (chain, actor, subject, app_now()) $$;


-- Append-only, for the owner too. ALWAYS: also for a session that sets session_replication_role to replica.

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only (%)', TG_TABLE_NAME, TG_OP USING ERRCODE = '42501';
END $$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit_act FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit_act FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER refuse_removal BEFORE DELETE ON audit_chainhead FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit_chainhead FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER refuse_change BEFORE UPDATE ON audit_text FOR EACH ROW
  WHEN (NOT (OLD.content IS NOT NULL AND NEW.content IS NULL AND NEW.salt IS NULL AND NEW.erased_act_id IS NOT NULL
             AND (OLD.id, OLD.chain, OLD.commitment, OLD.created_at, OLD.act_id)
               = (NEW.id, NEW.chain, NEW.commitment, NEW.created_at, NEW.act_id)))
  EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER refuse_removal BEFORE DELETE ON audit_text FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit_text FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit_fieldlist FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit_fieldlist FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit_accessrecord
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit_accessrecord
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

DO $$
DECLARE t record;
BEGIN
  FOR t IN SELECT tgrelid::regclass AS relation, tgname FROM pg_trigger
           WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'audit\_%'
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.relation, t.tgname);
  END LOOP;
END $$;


-- The application's role may call some of these (audit/triggers.py grants it); nobody else may. The trigger functions
-- are among them, because who may call one may put it on a table of their own.
REVOKE EXECUTE ON FUNCTION audit_open, audit_running, audit_write_text, audit_erase, audit_close, audit_look,
  audit_commit_text, audit_chain FROM PUBLIC;
