"""List the tables that are about nobody, and the columns left out of archives."""

from collections.abc import Mapping

from data.administration.subjects.types import DataClass

# Tables without personal data, with their columns, by class, for retention.
_TABLES: Mapping[DataClass, Mapping[str, str]] = {
    DataClass.WORK: {
        "bills": "id pce_id organisation_id first_day last_day number nature start_dm3 end_dm3"
        " coefficient_e4 energy_wh cents version changed_at removed_at",
        "budgets": "id organisation_id pce_id tag unit amount first_month months by_climate"
        " by_past by_days reason version changed_at removed_at",
        "retrofits": "id pce_id organisation_id kind name started_on finished_on cents version"
        " changed_at removed_at",
        "hooks": "id organisation_id name target sealed_url sealed_secret sealed_old old_until"
        " rights controls readings state off_reason created_at last_sent_at removed_at",
        # row identifiers, without names
        "queue_items": "id kind pool owner priority rank key payload state not_before attempts"
        " max_attempts turn lease_until worker cursor done total rerun error created_at started_at"
        " finished_at",
        "program_uses": "organisation_id day calls ready_at",
        "mirror_connections": "organisation_id client_id third_party sealed_secret parts sends"
        " repairs state problem created_at tried_at worked_at sealed_token token_until day calls",
        "mirror_drifts": "id organisation_id round_id kind number right_uid their_uid fields"
        " found_at ended_at",
        "mirror_faults": "id organisation_id round_id number part at line sentence params sample",
        "mirror_paces": "address ready_at",
        "mirror_rounds": "id organisation_id way state created_at started_at listed_at ended_at"
        " resume_at counts problem",
        "mirror_sendings": "id organisation_id right_id verb deposit_id event_id state attempts"
        " created_at next_attempt_at left_at unread ended_at code answer",
        "mirror_spent": "organisation_id day calls",
        "mirror_tasks": "organisation_id pce_id part due_at attempts whole_from whole_until"
        " done_at problem wished",
        "operat_absolute_values": "id category category_key target_year first_day wh_per_m2 source"
        " version changed_at",
        "operat_references": "pce_id organisation_id year energy_wh degree_days",
        "operat_sites": "pce_id organisation_id efa name siren siret category version changed_at",
        "organisations": "id name kind siren created_at contracted_until sends_upstream",
        "pce_events": "pce_id day kind before after",
        "pce_marks": "pce_id",
        "pce_tags": "pce_id organisation_id tag search",
        "price_components": "id organisation_id pce_id tag name kind unit amount first_day"
        " last_day version changed_at removed_at",
        "surfaces": "id pce_id organisation_id area_dm2 first_day last_day use source version"
        " changed_at removed_at",
        "right_import_columns": "organisation_id label field",
        "signature_weather": "station_id digest",
        "threshold_floors": "threshold_id slot floor_wh",
        "threshold_members": "pce_id threshold_id since until",
        "threshold_pces": "pce_id threshold_id",
        "threshold_references": "pce_id threshold_id last_day first_day base baseload_wh slope_wh"
        " use out usual_wh weeks r2 cvrmse reason learnt_on",
        "threshold_sweeps": "id day",
        "weather_areas": "prefix station_id",
        "weather_choices": "pce_id station_id",
        "weather_days": "station_id day mean_c100 min_c100 max_c100",
        "weather_fetches": "id tried_at done_at failures problem new changed refused",
        "weather_marks": "station_id first_day",
        "weather_stations": "id code name latitude longitude source",
    },
    DataClass.READINGS: {
        "consumption_periods": "pce_id kind first_day last_day energy_wh volume_dm3"
        " index_start_dm3 index_end_dm3 coefficient_e4 quality status as_of learnt_at source"
        " run_id told replaced",
        "drift_reviews": "pce_id organisation_id reason reviewed_on equal",
        "fleet_month_sums": "month organisation_id tag holder_id days blind part pces energy_wh"
        " volume_dm3 this_wh before_wh",
        "fleet_standings": "pce_id period first_day last_day energy_wh known due shared this_wh"
        " before_wh gap_wh drift coverage ratio ratio_year judged_from judged_until equal_wh equal"
        " ranked deposited",
        "fleet_sums": "period organisation_id tag holder_id part pces complete expected drifting"
        " ranked valued energy_wh known due shared this_wh before_wh deposited",
        "injection_periods": "pce_id first_day last_day energy_wh volume_dm3 converted_dm3"
        " coefficient_e4 quality status as_of learnt_at source run_id told replaced",
        "monthly_consumption": "pce_id month energy_wh volume_dm3 days_measured days_estimated"
        " days_reconstructed days_absent days_deposited days_prorated days_shared shared_wh"
        " before_wh",
        "reading_changes": "pce_id times",
        "reading_marks": "pce_id first_day",
        "reading_news": "pce_id sort first_day last_day",
        "reading_revisions": "pce_id gas_day digest energy_wh volume_dm3 index_start_dm3"
        " index_end_dm3 coefficient_e4 temperature_c100 quality status flags as_of learnt_at"
        " source run_id",
        "readings": "pce_id gas_day energy_wh volume_dm3 index_start_dm3 index_end_dm3"
        " coefficient_e4 temperature_c100 quality status flags as_of learnt_at source run_id",
        "period_days": "pce_id gas_day energy_wh volume_dm3 quality source first_day last_day"
        " billed",
        "signature_verdicts": "pce_id first_day until base baseload_wh slope_wh use out weeks r2"
        " cvrmse reason year ratio refused difference_wh climate_wh calendar_wh missing_wh rest_wh"
        " day_wh cause since stake_wh share months year_cause",
        "weather_own_days": "pce_id day mean_c100 source run_id",
        "weather_own_marks": "pce_id first_day",
    },
    DataClass.PROOFS: {
        "control_journal_heads": "id seq hash",
        "deposited_controls": "deposit_id control_id sent_at",
    },
    DataClass.NOTICES: {
        # identifiers and states of rights, without names
        "hook_deliveries": "id hook_id event_id topic body number said count state created_at"
        " next_attempt_at sent_at resent_at attempts error",
        "hook_marks": "id organisation_id topic subject_id said gone",
    },
    DataClass.TRIES: {
        # digests; an erasure also deletes the person's
        "login_attempts": "id key at",
        "spent_challenges": "challenge_hash spent_at",
    },
    DataClass.RIGHTS: {
        "pce_grants": "pce_id organisation_id valid_from valid_to first_day last_day"
        " published_first_day published_last_day whole_from holes injection_first_day"
        " injection_last_day contractual technical",
    },
    DataClass.REQUESTS: {
        "retention_lines": "day data_class at erased left held oldest problem",
    },
    DataClass.RECEIPTS: {
        "right_act_lines": "act_id place right_id uid number state before reason params",
        # The plan holds rewritten cells: an erasure removes those that name the person.
        "right_imports": "run_id organisation_id plan header xlsx lines undone_at checked named"
        " named_at",
        # figures of a file, without names
        "run_deliveries": "run_id place pce first_day last_day checked odd stored accepted",
    },
}
NOBODY: Mapping[str, tuple[DataClass, str]] = {
    table: (data_class, columns)
    for data_class, tables in _TABLES.items()
    for table, columns in tables.items()
}

# Columns of the other tables that no holding delivers: keys and secrets, technical values, and
# statements about or by somebody else.
WITHHELD: Mapping[str, str] = {
    "access_rights": "id pce_id organisation_id holder_key site_key ends_key created_by origin"
    " run_id renews_id digest reminded search",
    "annotations": "id organisation_id user_id",
    "api_credentials": "id organisation_id secret_hash created_by",
    "audit_events": "id actor_id organisation_id",
    "budget_changes": "user_id",
    "contract_events": "id contract_id user_id detail",
    "contract_signatures": "id version_id user_id storage_key",
    "contract_versions": "id contract_id paper amendment dossier power_key shown_key storage_key"
    " created_by",
    "contracts": "id organisation_id renews_id version created_by reason reminded",
    "control_calendars": "id token_hash user_id",
    "control_campaigns": "id created_by seed among mark",
    "control_checks": "control_id deposit_id by_id",
    "control_decisions": "id control_id deposit_id by_id due_before asked_before reminded_before"
    " version undone_by",
    "control_deposits": "id organisation_id created_by",
    "control_entries": "salt control_id campaign_id actor_id previous hash",
    "control_message_marks": "user_id",
    "control_messages": "id control_id author_id",
    "control_pieces": "id deposit_id message_id storage_key",
    "controls": "id right_id organisation_id campaign_id version told_state told_due_on told_at"
    " told_motive asked_on sent_at motive owner_id reminded",
    "export_picks": "id user_id",
    "export_schedules": "id organisation_id user_id",
    "exported_pces": "holes",
    "exports": "id organisation_id user_id schedule_id apart tell expected_rows expected_octets"
    " done total stored_name problem",
    "holder_links": "token_hash",
    "home_views": "user_id",
    "invitations": "id organisation_id token_hash invited_by user_id",
    "kept_views": "id organisation_id user_id",
    "login_sessions": "id token_hash user_id browser",
    "looks": "id session_id user_id target_id",
    "mirror_rights": "organisation_id right_id round_id held",
    "notice_addresses": "id organisation_id added_by",
    "notice_batches": "id user_id address_id",
    "notice_channels": "id user_id sealed_url sealed_secret number_mark",
    # Its parameters can name the actor: an erasure removes the name.
    "notice_events": "id key organisation_id params subject_kind subject_id",
    "notice_mutes": "id user_id address_id",
    "notice_preferences": "user_id",
    "pce_claims": "id organisation_id user_id storage_key",
    "notice_snoozes": "id user_id address_id",
    "notices": "id user_id address_id batch_id recalled_at",
    "notifications": "id message_id user_id address_id invitation_id channel_id batch_id params"
    " next_attempt_at organisation_id",
    "operat_attestations": "id organisation_id user_id storage_key",
    "onboardings": "organisation_id power_key reached version",
    "passkeys": "id user_id credential_id public_key user_handle sign_count",
    "password_resets": "token_hash user_id",
    "pces": "id search street_search holder_id holder_since frequency tariff supplier profile"
    " reference_kwh commissioned_on ended_on meter_serial meter_digits technical contract"
    " data_until",
    "recovery_codes": "user_id code_hash",
    "right_events": "id right_id user_id",
    "right_import_lines": "run_id uid",
    "right_letters": "id message_id organisation_id mailbox token token_hash next_attempt_at",
    "right_acts": "id organisation_id user_id undone_by",
    "right_tries": "user_id digest run_id line number reason",
    "runs": "id organisation_id user_id stored_name sha256 problem task version batch handed_at"
    " columns column_uses",
    "saved_views": "id user_id",
    "second_factors": "user_id sealed_secret last_step",
    "settings": "value version changed_by",
    "shared_links": "id organisation_id user_id token_hash",
    "signing_codes": "id user_id version_id code_hash",
    "stopped_mailboxes": "",
    "subject_requests": "id user_id asked_by stored_name sha256 counts problem",
    "threshold_episodes": "id threshold_id period warned_on exceeded_on value_wh limit_wh peak_wh"
    " peak_on excess_wh last_day last_wh last_limit_wh expected_wh ended_on ending provisional turn"
    " found_at learnt_on changed_at acknowledged_by assigned_to",
    "threshold_versions": "user_id draft",
    "thresholds": "id organisation_id search version screen learnt_to",
    "user_identities": "user_id",
    "user_tags": "user_id",
    "users": "id organisation_id password_hash demo_password erased_at",
}
