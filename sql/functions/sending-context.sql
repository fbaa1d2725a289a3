-- What a mail to a bulk-mail customer says beside the rest: his rate, and which rules of good
-- practice the mailings complained about break.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.context_sending_base() returns jsonb
language sql immutable parallel safe as $$
select '{"has_rate": false, "rate_mails": 0, "rate_reports": 0, "rate_permille": "", "rate_provider": "", "rate_address": "", "rate_day": "",
 "has_list": false, "list_traps": 0, "list_invalid": 0, "list_mails": 0, "list_scored": false, "list_score": 0,
 "has_missing": false, "missing_list_unsubscribe": false, "missing_one_click": false, "missing_unsubscribe_link": false,
 "missing_sender_named": false, "missing_contact_given": false, "missing_legal_notice": false, "missing_dkim_aligned": false,
 "missing_links_aligned": false, "practice_score": 0, "declaration": "", "has_declaration": false}'::jsonb
$$;
comment on function desk.context_sending_base is 'The part of desk.context_base() that speaks of a bulk mailer.';

-- The worst rate of the last seven days, and rules that most of the mailings of thirty days break.
create or replace function desk.context_sending(p_party bigint, p_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_today date := (p_now at time zone 'UTC')::date;
    v_rate jsonb;
    v_practice jsonb;
    v_list jsonb;
begin
    select jsonb_build_object('has_rate', true, 'rate_mails', r.mails, 'rate_reports', r.reports, 'rate_permille', desk.permille(r.reports, r.mails)::text,
            'rate_provider', r.provider, 'rate_address', coalesce(host(r.address), ''), 'rate_day', to_char(d.day, 'YYYY-MM-DD'))
        into v_rate
    from (select distinct v.day from sent_volume v where v.party = p_party and v.day between v_today - 7 and v_today) d
    cross join lateral desk.rates(p_party, d.day) r
    where r.reports > 0 and desk.rate_level(p_party, r.reports, r.mails) in ('warn', 'pause')
    order by r.reports * 1.0 / r.mails desc, d.day desc, r.provider, r.address limit 1;

    select jsonb_build_object('practice_score', round(100.0 * sum(s.yes) / sum(s.yes + s.no)), 'has_missing', bool_or(s.no > s.yes))
            || coalesce(jsonb_object_agg('missing_' || s.practice, true) filter (where s.no > s.yes), '{}')
        into v_practice
    from (select practice, sum(yes) as yes, sum(no) as no from sending_practice
        where party = p_party and day > v_today - 30 group by practice having sum(yes + no) > 0) s;

    -- What staff and the customer read is the same.
    select jsonb_build_object('has_list', true, 'list_traps', s.traps, 'list_invalid', s.invalid, 'list_mails', s.mails,
            'list_scored', s.score is not null, 'list_score', coalesce(s.score, 0))
        into v_list
    from desk.list_signs(p_party, p_now) s where s.signs && array['traps', 'invalid'];

    return coalesce(v_rate, '{}') || coalesce(v_list, '{}') || case when v_practice->>'practice_score' is not null then v_practice else '{}' end
        || coalesce((select jsonb_build_object('declaration', declaration, 'has_declaration', true) from sending_customer where party = p_party), '{}');
end
$$;
comment on function desk.context_sending is 'Rate, signs of a bought list, missing practice and declaration of a bulk-mail customer.';
reset check_function_bodies;
