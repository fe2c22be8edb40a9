-- As before; and a deadline says why its dates are what they are.
CREATE OR REPLACE FUNCTION workflow_announce(on_case bigint, announced jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_array_length(announced) = 0 THEN RETURN; END IF;
  INSERT INTO escalation_deadline (case_id, task, effect, state, starts_at, target, due_at, extended, reason)
    SELECT on_case, a.id, 'term', 'armed', app_now(), a.target, a.due, 0, coalesce(a.reason, '')
    FROM jsonb_to_recordset(announced) AS a(id bigint, target date, due timestamptz, reason text, timed boolean)
    WHERE a.timed;
  INSERT INTO escalation_notice (case_id, task, template, position_id, seat_id, created_at)
    SELECT on_case, a.id, 'task_ready', a.position, a.seat, app_now()
    FROM jsonb_to_recordset(announced) AS a(id bigint, position bigint, seat bigint)
    WHERE a.position IS NOT NULL OR a.seat IS NOT NULL;
END $$;
