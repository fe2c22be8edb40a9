-- Figures of cases, kept up to date in small steps (ADR 38): what moved is marked where it moves, counted anew a little
-- later, and the difference with what was counted before is added up. Only these functions write the four tables.

CREATE FUNCTION cases_mark_act() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cases_recount ("case", marked_at) VALUES (substring(NEW.chain FROM 6)::bigint, app_now());
  RETURN NULL;
END $$;
CREATE TRIGGER recount AFTER INSERT ON audit_act FOR EACH ROW WHEN (NEW.chain ^@ 'case/')
  EXECUTE FUNCTION cases_mark_act();

-- Who joins a commission may count what hangs under it from then on.
CREATE FUNCTION cases_mark_access() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cases_recount ("case", marked_at) VALUES (NEW.case_id, app_now());
  RETURN NULL;
END $$;
CREATE TRIGGER recount AFTER INSERT ON cases_caseaccess FOR EACH ROW EXECUTE FUNCTION cases_mark_access();

-- Some cases that are to be counted, and no longer marked once this transaction commits; what moves meanwhile is marked
-- again. One at a time counts: null where somebody else does.
CREATE FUNCTION cases_take_recounts(most integer) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  wanted bigint[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('cases_recount')) THEN RETURN NULL; END IF;
  wanted := ARRAY(SELECT DISTINCT r."case" FROM (
    SELECT "case" FROM cases_recount ORDER BY id LIMIT most) AS r);
  DELETE FROM cases_recount WHERE "case" = ANY (wanted);
  RETURN wanted;
END $$;

-- In whose lists each of these stands, all together.
CREATE FUNCTION cases_reach_of(wanted bigint[]) RETURNS TABLE (case_id bigint, scopes text) LANGUAGE sql STABLE AS $$
  SELECT a.case_id, ' ' || string_agg(a.scope, ' ' ORDER BY a.scope) || ' ' FROM cases_caseaccess a
   WHERE a.case_id = ANY (wanted) GROUP BY 1
$$;

-- The facts of these cases, in the place of those that there were; and what that adds to the figures, or takes away.
CREATE FUNCTION cases_put_facts(wanted bigint[], facts jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO cases_reach (scopes)
    SELECT DISTINCT scopes FROM cases_reach_of(wanted) ORDER BY 1 ON CONFLICT DO NOTHING;
  WITH gone AS (
    DELETE FROM cases_fact WHERE case_id = ANY (wanted) RETURNING reach_id, key, detail, month, value, plan),
  fresh AS (
    INSERT INTO cases_fact (case_id, reach_id, key, detail, month, value, plan)
      SELECT f.case_id, r.id, f.key, f.detail, f.month, f.value, f.plan
        FROM jsonb_to_recordset(facts)
          AS f(case_id bigint, key text, detail text, month date, value bigint, plan bigint)
        JOIN cases_reach_of(wanted) USING (case_id) JOIN cases_reach r USING (scopes)
      RETURNING reach_id, key, detail, month, value, plan),
  both_ways AS (SELECT *, 1 AS n FROM fresh UNION ALL SELECT *, -1 FROM gone),
  differences AS (
    SELECT key, month, reach_id, detail, sum(n) AS count, sum(n * value) AS value, sum(n * plan) AS plan
      FROM both_ways GROUP BY 1, 2, 3, 4
    HAVING sum(n) <> 0 OR sum(n * value) <> 0 OR sum(n * plan) <> 0
     ORDER BY 1, 2, 3, 4)
  INSERT INTO cases_figure AS f (key, month, reach_id, detail, count, value, plan)
    SELECT key, month, reach_id, detail, count, value, plan FROM differences
    ON CONFLICT (key, month, reach_id, detail) DO UPDATE
      SET count = f.count + EXCLUDED.count, value = f.value + EXCLUDED.value, plan = f.plan + EXCLUDED.plan;
END $$;

-- What is there already.
INSERT INTO cases_recount ("case", marked_at) SELECT id, app_now() FROM cases_case ORDER BY id;
