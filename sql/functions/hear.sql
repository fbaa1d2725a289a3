-- Mails that are not complaints but mean something: bounces, answers, complaints about us.
set role complaint_owner;
set check_function_bodies = off;

-- Our tokens wherever a mail may carry them: plus-addresses, references, the subject.
create or replace function desk.tokens_of(p_report jsonb) returns text[]
language sql immutable parallel safe as $$
    select array(select distinct t[1] from regexp_matches(lower(concat_ws(' ', p_report #>> '{mail,tokens}', p_report #>> '{mail,to}',
        p_report #>> '{mail,delivered_to}', p_report #>> '{mail,in_reply_to}', p_report #>> '{mail,subject}',
        (select string_agg(d->>'our_message_id', ' ') from jsonb_array_elements(p_report->'deliveries') d),
        (select string_agg(i #>> '{original,message_id}', ' ') from jsonb_array_elements(p_report->'incidents') i))),
        '(?:^|[^a-z0-9])b?(o[0-9]{1,18}-[0-9a-f]{16})(?![0-9a-f])', 'g') t limit 20)
$$;
comment on function desk.tokens_of is 'Candidates of reply tokens in a report; desk.token_valid() says which are ours.';

create or replace function desk.hear(p_messages bigint[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    v_mail record;
begin
    -- Row by row: few of these answer a mail of ours, and each may open or pause a case.
    for v_mail in
        select m.id, m.kind, x.outbox
        from unnest(p_messages) q(id)
        cross join lateral (select * from message m where m.id = q.id limit 1) m
        cross join lateral (select desk.token_valid(t) as outbox from unnest(desk.tokens_of(m.report)) t order by 1 limit 1) x
        where m.kind in ('bounce', 'reply', 'own') and m.report is not null and x.outbox is not null
        order by m.id
    loop
        case v_mail.kind
            when 'bounce' then perform desk.hear_bounce(v_mail.id, v_mail.outbox, p_run, p_now);
            when 'reply' then perform desk.hear_answer(v_mail.id, v_mail.outbox, p_run, p_now);
            when 'own' then perform desk.hear_own(v_mail.id, v_mail.outbox, p_now);
        end case;
    end loop;
end
$$;
comment on function desk.hear is 'Takes note of bounces, answers and complaints about our mails.';

create or replace function desk.hear_bounce(p_message bigint, p_outbox bigint, p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_mail outbox;
    v_resource bigint;
    v_case bigint;
begin
    insert into bounce (message, no, recipient, action, status, class, diagnostic, reporting_mta, our_message_id, outbox, at)
    select m.id, d.no, desk.address_normal(d.x->>'recipient'), d.x->>'action', d.x->>'status',
        desk.bounce_class(d.x->>'status', d.x->>'diagnostic', d.x->>'action'), desk.clean(d.x->>'diagnostic', 500), d.x->>'reporting_mta',
        d.x->>'our_message_id', p_outbox, m.received_at
    from message m cross join lateral jsonb_array_elements(m.report->'deliveries') with ordinality d(x, no)
    where m.id = p_message
    on conflict on constraint bounce_once do nothing;

    select * into v_mail from outbox where id = p_outbox;
    if v_mail.id is null or not exists (select from bounce where message = p_message and class = 'invalid-address') then
        return;
    end if;
    insert into undeliverable (address, since, last_at, outbox, message, status, diagnostic)
    select v_mail.recipient, p_now, p_now, v_mail.id, p_message, b.status, b.diagnostic
    from bounce b where b.message = p_message and b.class = 'invalid-address' order by b.no limit 1
    on conflict (address) do update set last_at = excluded.last_at, outbox = excluded.outbox, message = excluded.message,
        status = excluded.status, diagnostic = excluded.diagnostic;
    if v_mail.audience in ('customer', 'reseller', 'contact') then
        perform desk.owe_staff_note(v_mail.desk, 'undeliverable ' || v_mail.recipient, 'undeliverable',
            desk.context_by(v_mail.audience) || jsonb_build_object('reason', v_mail.recipient, 'reference', coalesce(v_mail.context->>'reference', ''),
                'result', coalesce((select concat_ws(' ', u.status, u.diagnostic) from undeliverable u where u.address = v_mail.recipient), '')),
            (select jsonb_agg(jsonb_build_object('case', i."case", 'resource', i.resource)) from outbox_item i where i.outbox = v_mail.id), null, 4, p_now);
    end if;
    perform desk.audit_write('notice undeliverable', 'policy', p_now, p_party => v_mail.recipient_party, p_message => p_message,
        p_detail => jsonb_build_object('mail', v_mail.id, 'audience', v_mail.audience));
    if v_mail.audience <> 'contact' then
        return;
    end if;
    -- A registrant contact that does not exist is wrong registrant data: a whois case by itself.
    for v_resource in select distinct i.resource from outbox_item i join resource r on r.id = i.resource
        where i.outbox = v_mail.id and r.kind = 'domain' and r.ended_at is null and r.status = 'active'
            and v_mail.recipient in (lower(r.registrant_email), lower(r.admin_email), lower(r.billing_email), lower(r.tech_email))
            and not exists (select from "case" c where c.resource = i.resource and c.track = 'whois' and c.state <> 'closed')
        order by 1
    loop
        insert into "case" (desk, track, resource, party, relation, category, opened_at, changed_at, note)
        select v_mail.desk, 'whois', r.id, r.party, 'whois', 'whois', p_now, p_now, 'contact undeliverable' from resource r where r.id = v_resource
        returning id into v_case;
        perform desk.audit_write('case opened', 'policy', p_now, v_case, p_resource => v_resource, p_message => p_message,
            p_detail => '{"why": "contact undeliverable"}');
        perform desk.take_steps(array[v_case], p_run, p_now);
    end loop;
end
$$;
comment on function desk.hear_bounce is 'Keeps the failures of a bounce; a contact that does not exist opens a whois case.';

create or replace function desk.hear_answer(p_message bigint, p_outbox bigint, p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_mail outbox;
    v_message message;
    v_case "case";
    v_may_pause boolean;
begin
    select * into v_mail from outbox where id = p_outbox;
    if v_mail.id is null then
        return; -- no token of ours: an ordinary mail in the folder Other
    end if;
    select * into v_message from message where id = p_message;
    -- Only the notified address itself, vouched for by the border, not a machine.
    v_may_pause := v_message.authenticated and v_message.from_address = v_mail.recipient
        and coalesce(v_message.report #>> '{mail,auto_submitted}', 'no') = 'no'
        and coalesce(jsonb_array_length(v_message.report #> '{mail,automatic}'), 0) = 0
        and v_mail.audience in ('customer', 'reseller', 'contact');
    if v_message.authenticated then
        delete from undeliverable where address = v_message.from_address;
    end if;
    for v_case in select c.* from "case" c
        where c.id in (select i."case" from outbox_item i where i.outbox = v_mail.id) order by c.id
    loop
        insert into case_note ("case", at, by, text)
        values (v_case.id, p_now, v_mail.audience || ' ' || coalesce(v_message.from_address, 'unknown'), 'M-' || p_message || ': ' || coalesce(left(v_message.report #>> '{mail,text}', 2000), ''));
        if v_may_pause and v_case.state <> 'closed' and v_case.paused_step is distinct from v_case.step then
            update "case" set state = 'answered', paused_step = step, changed_at = p_now,
                paused_until = p_now + make_interval(days => least(desk.policy_number(v_case.party, 'pause_days'), 3)::int) where id = v_case.id;
            perform desk.audit_write('answer pauses the ladder', 'policy', p_now, v_case.id, p_message => p_message);
        else
            perform desk.audit_write('answer noted', 'policy', p_now, v_case.id, p_message => p_message);
        end if;
        -- Once an hour and case: a robot may answer on and on.
        perform desk.owe_staff_note(v_case.desk, 'answer C-' || v_case.id || to_char(p_now at time zone 'UTC', ' YYYY-MM-DD HH24'), 'answer',
            desk.context_one(v_case.resource, v_case.id, v_case.relation, v_case.category, true)
            || desk.context_by(v_mail.audience)
            || jsonb_build_object('is_verified', v_may_pause, 'is_closed', v_case.state = 'closed', 'has_case', true, 'received', desk.stamp(v_message.received_at)),
            jsonb_build_array(jsonb_build_object('case', v_case.id, 'resource', v_case.resource)), null, 4, p_now);
    end loop;
    if v_case.id is null then
        -- "If we overlooked something, please answer": there is no case, so a person must read it.
        perform desk.owe_staff_note(v_mail.desk, 'answer o' || v_mail.id || to_char(p_now at time zone 'UTC', ' YYYY-MM-DD HH24'), 'answer',
            desk.context_by(v_mail.audience) || jsonb_build_object('reference', 'M-' || p_message, 'received', desk.stamp(v_message.received_at)), '[]', null, 4, p_now);
    end if;
end
$$;
comment on function desk.hear_answer is 'An answer by token: noted on its cases, staff told; from the notified address it pauses the ladder, once per step, at most 3 days.';

create or replace function desk.hear_own(p_message bigint, p_outbox bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_address text;
    v_desk bigint;
begin
    select recipient, desk into v_address, v_desk from outbox where id = p_outbox and audience = 'complainant';
    if v_address is null then
        return;
    end if;
    insert into reporter (address, no_mail_at, note, set_at, set_by) values (v_address, p_now, 'complained about our mail', p_now, 'policy')
    on conflict (address) do update set no_mail_at = coalesce(reporter.no_mail_at, excluded.no_mail_at);
    update outbox set state = 'cancelled', reason = 'complained-about-us' where recipient = v_address and audience = 'complainant' and state in ('owed', 'held', 'deferred');
    perform desk.audit_write('complaint about our mail', 'policy', p_now, p_party => v_desk, p_message => p_message, p_detail => jsonb_build_object('mail', p_outbox));
    perform desk.watch_breaker(array[v_desk], p_now);
end
$$;
comment on function desk.hear_own is 'Somebody calls our acknowledgment spam: nothing is ever sent there again.';
reset check_function_bodies;
