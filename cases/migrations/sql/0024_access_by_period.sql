-- In the lists of an appointment that reads one period: the cases of its regeling that ran within it, none that is
-- confidential. And for some hours, in those of who was let in by an emergency: that one case. Neither is handed down to
-- what hangs under a case: that has a time, and a closed door, of its own (ADR 44).

CREATE FUNCTION cases_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE
  AS $$ SELECT (at AT TIME ZONE 'Europe/Amsterdam')::date $$;

CREATE FUNCTION cases_ran_in(c cases_case, first date, last date) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT c.confidential AND cases_day(c.opened_at) <= coalesce(last, 'infinity')
     AND coalesce(cases_day(c.closed_at), 'infinity') >= coalesce(first, '-infinity')
$$;

CREATE OR REPLACE FUNCTION cases_project_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT NEW.confidential THEN
      INSERT INTO cases_caseaccess (scope, state, case_id)
        VALUES ('scheme/' || NEW.scheme_id, NEW.state, NEW.id),
               ('organisation/' || NEW.organisation_id, NEW.state, NEW.id)
        ON CONFLICT DO NOTHING;
      INSERT INTO cases_caseaccess (scope, state, case_id)
        SELECT 'appointment/' || a.id, NEW.state, NEW.id
          FROM roles_appointment a JOIN roles_position p ON p.id = a.position_id JOIN roles_body b ON b.id = p.body_id
         WHERE (a.reads_from IS NOT NULL OR a.reads_until IS NOT NULL) AND b.scheme_id = NEW.scheme_id
           AND cases_ran_in(NEW, a.reads_from, a.reads_until);
    END IF;
    IF NEW.kind NOT IN ('commission', 'amendment') AND NOT NEW.confidential THEN
      INSERT INTO cases_caseaccess (scope, state, case_id)
        SELECT a.scope, NEW.state, NEW.id FROM cases_caseaccess a
         WHERE a.case_id = NEW.parent_id AND NOT a.scope ^@ 'appointment/' AND NOT a.scope ^@ 'emergency/'
        ON CONFLICT DO NOTHING;
    END IF;
  ELSIF NEW.state <> OLD.state OR NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
    UPDATE cases_caseaccess SET state = NEW.state WHERE case_id = NEW.id AND state <> NEW.state;
    IF NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
      DELETE FROM cases_caseaccess s USING roles_appointment a
       WHERE s.case_id = NEW.id AND s.scope = 'appointment/' || a.id
         AND (a.reads_from IS NOT NULL OR a.reads_until IS NOT NULL)
         AND NOT cases_ran_in(NEW, a.reads_from, a.reads_until);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- What somebody is engaged to read, from the moment that they are; found by its words too.
CREATE FUNCTION cases_project_appointment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  WITH read AS (
    INSERT INTO cases_caseaccess (scope, state, case_id)
      SELECT 'appointment/' || NEW.id, c.state, c.id
        FROM cases_case c JOIN roles_body b ON b.scheme_id = c.scheme_id JOIN roles_position p ON p.body_id = b.id
       WHERE p.id = NEW.position_id AND cases_ran_in(c, NEW.reads_from, NEW.reads_until)
      RETURNING case_id)
  UPDATE cases_searchentry e SET vector = e.vector || array_to_tsvector(ARRAY['appointment/' || NEW.id])
    FROM read WHERE e.case_id = read.case_id;
  RETURN NULL;
END $$;
CREATE TRIGGER project_appointment AFTER INSERT ON roles_appointment FOR EACH ROW
  WHEN (NEW.reads_from IS NOT NULL OR NEW.reads_until IS NOT NULL) EXECUTE FUNCTION cases_project_appointment();

CREATE FUNCTION cases_project_emergency() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cases_caseaccess (scope, state, case_id)
    SELECT 'emergency/' || NEW.id, c.state, c.id FROM cases_case c WHERE c.id = substring(NEW.chain FROM 6)::bigint;
  RETURN NULL;
END $$;
CREATE TRIGGER project_emergency AFTER INSERT ON roles_emergencyaccess
  FOR EACH ROW EXECUTE FUNCTION cases_project_emergency();

REVOKE EXECUTE ON FUNCTION cases_project_appointment, cases_project_emergency FROM PUBLIC;
