-- As before; and a notice says what kind of step it is about, and may be of something else than a task: then it is told
-- to whom it names, or to everybody with a part in the case.
CREATE OR REPLACE FUNCTION workflow_announce(on_case bigint, announced jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_array_length(announced) = 0 THEN RETURN; END IF;
  INSERT INTO escalation_deadline (case_id, task, effect, state, starts_at, target, due_at, extended, reason)
    SELECT on_case, a.id, 'term', 'armed', app_now(), a.target, a.due, 0, coalesce(a.reason, '')
    FROM jsonb_to_recordset(announced) AS a(id bigint, target date, due timestamptz, reason text, timed boolean)
    WHERE a.timed;
  INSERT INTO escalation_notice (
      case_id, task, template, step, position_id, seat_id, person_id, by_id, created_at)
    SELECT on_case, a.id, a.template, a.step, a.position, a.seat, a.person, a.by, app_now()
    FROM jsonb_to_recordset(announced) AS a(
      id bigint, template text, step text, position bigint, seat bigint, person bigint, by bigint)
    WHERE a.template IS NOT NULL;
END $$;
