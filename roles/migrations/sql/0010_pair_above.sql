CREATE OR REPLACE FUNCTION roles_facts(
    usr integer, appointment bigint, substitution bigint, scheme bigint, flow text, chains text[],
    pw text, amount numeric, dom text, scl text,
    OUT user_id integer, OUT person_id bigint, OUT person_name text, OUT valid boolean, OUT appointment_id bigint,
    OUT position_id bigint, OUT body_id bigint, OUT body_code text, OUT body_label text, OUT role_code text,
    OUT role_label text, OUT capacity text, OUT kind text, OUT weight integer, OUT behalf_of text,
    OUT segregated_from date, OUT earlier jsonb, OUT pairs jsonb, OUT recused boolean, OUT dispensed jsonb,
    OUT mandate_id bigint, OUT mandate_version integer, OUT mandate_label text, OUT mandate_max numeric,
    OUT has_grant boolean, OUT today date, OUT scope text, OUT limited_to text
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE grp integer;
BEGIN
    today := app_today();
    user_id := usr;

    -- The hat. A substitution replaces the person, never the appointment; it may be for a part of what that gives.
    SELECT p.id, t.content, a.id, po.id, po.group_id, b.id, b.code, b.label, r.code, r.capacity, a.kind, a.weight,
           concat_ws(', ',
               CASE a.kind WHEN 'chair' THEN r.label || ' en voorzitter' ELSE r.label END, b.label),
           concat_ws(', ', o.name, CASE WHEN substitution IS NOT NULL THEN 'in waarneming' END),
           s.segregated_from,
           p.user_id = usr
               AND b.scheme_id = scheme
               AND a.valid_from <= today AND today <= coalesce(a.valid_until, 'infinity')
               AND (substitution IS NULL OR w.id IS NOT NULL),
           coalesce(w.scope, 'all'), coalesce(w.limited_to, '')
      INTO person_id, person_name, appointment_id, position_id, grp, body_id, body_code, body_label, role_code,
           capacity, kind, weight, role_label, behalf_of, segregated_from, valid, scope, limited_to
      FROM roles_appointment a
      JOIN roles_position po ON po.id = a.position_id
      JOIN roles_body b ON b.id = po.body_id
      JOIN roles_role r ON r.id = po.role_id
      JOIN roles_scheme s ON s.id = b.scheme_id
      LEFT JOIN roles_organisation o ON o.id = a.organisation_id
      LEFT JOIN roles_substitution w ON w.id = substitution AND w.appointment_id = a.id
           AND w.valid_from <= today AND today <= coalesce(w.valid_until, 'infinity')
      JOIN roles_person p ON p.id = coalesce(w.substitute_id, a.person_id)
      JOIN audit_text t ON t.id = p.name_id
     WHERE a.id = appointment;
    valid := coalesce(valid, false);
    scope := coalesce(scope, 'all');
    limited_to := coalesce(limited_to, '');

    -- What this person did before, in any hat, and what keeps these duties apart.
    SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_array(e.capacity, e.duty)), '[]') INTO earlier
      FROM roles_conduct e WHERE e.chain = ANY (chains) AND e.actor = 'person/' || person_id;
    SELECT coalesce(jsonb_agg(jsonb_build_array(d.first, d.second, d.article)), '[]') INTO pairs
      FROM roles_dutypair d WHERE d.scheme_id = scheme AND d.flow = roles_facts.flow
       -- A pair of large amounts keeps nobody apart over a small one; what has no amount is never small.
       AND (d.above IS NULL OR amount IS NULL OR amount > d.above);
    recused := EXISTS (SELECT FROM roles_recusal c
        WHERE c.chain = ANY (chains) AND c.person_id = roles_facts.person_id AND c.withdrawn_at IS NULL);
    SELECT coalesce(jsonb_agg(DISTINCT d.duty), '[]') INTO dispensed
      FROM roles_dispensation d
     WHERE d.chain = ANY (chains) AND d.person_id = roles_facts.person_id AND d.approved_by_id IS NOT NULL;

    -- What guardian granted to the position; membership of its group may lag behind the appointment by a tick.
    has_grant := EXISTS (
        SELECT FROM roles_schemegrouppermission g JOIN auth_permission q ON q.id = g.permission_id
         WHERE g.group_id = grp AND g.content_object_id = scheme AND q.codename = 'view_cases'
        UNION ALL
        SELECT FROM roles_organisationgrouppermission g JOIN auth_permission q ON q.id = g.permission_id
          JOIN roles_organisation o ON o.id = g.content_object_id
         WHERE g.group_id = grp AND o.scheme_id = scheme AND q.codename = 'view_cases');

    -- The narrowest mandate that covers it; the same order as roles.rules.mandate.narrowest.
    mandate_label := '';
    IF pw <> '' THEN
        SELECT m.id, m.version, concat_ws(', ', m.number || ' v' || m.version, m.legal_basis), m.max_amount
          INTO mandate_id, mandate_version, mandate_label, mandate_max
          FROM roles_mandate m
         WHERE m.receiving_id = roles_facts.position_id AND m.power = pw
           AND (m.revoked_at IS NULL OR m.revoked_at > app_now())
           AND m.scheme_id = scheme AND m.domain IN ('', dom) AND m.scale IN ('', scl)
           AND m.valid_from <= today AND today <= coalesce(m.valid_until, 'infinity')
           AND (amount IS NULL OR m.max_amount IS NULL OR amount <= m.max_amount)
         ORDER BY m.domain = '', m.scale = '', m.max_amount NULLS LAST, m.number, m.version DESC
         LIMIT 1;
    END IF;
END $$;
