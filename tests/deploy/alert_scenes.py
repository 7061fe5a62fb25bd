"""What must ring when: `python -m tests.deploy.alert_scenes > deploy/alerts_test.yml` writes it for promtool."""

WELL = {  # a figure of everything while all is well, a value a minute for two hours
    'up{job="yanxiu", instance="one"}': "1x120",
    'up{job="yanxiu", instance="two"}': "1x120",
    'process_start_time_seconds{job="yanxiu", instance="one"}': "7x120",
    'process_resident_memory_bytes{job="yanxiu", instance="one"}': "150e6x120",
    'process_open_fds{job="yanxiu", instance="one"}': "40x120",
    'process_max_fds{job="yanxiu", instance="one"}': "65536x120",
    'bot_received_total{platform="wecom"}': "0+60x120",
    'bot_late_total{platform="wecom"}': "0+1x120",
    'bot_handled_total{outcome="failed"}': "0x120",
    'bot_refused_total{platform="wecom", why="not_kept"}': "0x120",
    'bot_refused_total{platform="wecom", why="stale"}': "0x120",
    'bot_refused_total{platform="wecom", why="forged"}': "0+1x120",
    'bot_lanes_waiting{instance="one"}': "3x120",
    'bot_database_answers{instance="one"}': "1x120",
    'bot_database_look_seconds{instance="one"}': "0.004x120",
    'bot_outbox_oldest_seconds{to="wecom.webhook"}': "20x120",
    'bot_outbox_oldest_seconds{to="people"}': "50000x120",  # a night
    "bot_groups_stopped": "0x120",
    'bot_sent_total{outlet="wecom.app", kind="notice"}': "0+2x120",
    'bot_failed_total{outlet="wecom.app", why="again"}': "0+1x120",
    'bot_given_up_total{kind="notice", state="failed"}': "0+0.1x120",
    'bot_connected{connection="wecom.aibot", instance="one"}': "1x120",
    'bot_connected{connection="wecom.aibot", instance="two"}': "0x120",  # one of them has it
    'bot_connection_ended_total{connection="wecom.aibot"}': "0+0.1x120",
    'bot_job_ended_timestamp_seconds{task="daily-ranking", outcome="skipped"}': "10x120",
    'bot_job_ended_timestamp_seconds{task="daily-ranking", outcome="done"}': "20x120",
    'bot_job_ended_timestamp_seconds{task="backup", outcome="done"}': "30x120",
}
ABSENT = "_x120"
STOPS = "1x60 0x60"
ILL = (  # what is not as it should be, and what rings then: how often
    ({'up{job="yanxiu", instance="one"}': STOPS}, {"BotDown": 1}),
    (
        {'up{job="yanxiu", instance="one"}': STOPS, 'up{job="yanxiu", instance="two"}': STOPS},
        {"BotDown": 2, "NobodyAnswers": 1},
    ),
    (
        {'up{job="yanxiu", instance="one"}': ABSENT, 'up{job="yanxiu", instance="two"}': ABSENT},
        {"NobodyAnswers": 1},
    ),
    ({'process_start_time_seconds{job="yanxiu", instance="one"}': "7+60x120"}, {"BotRestarts": 1}),
    ({'process_resident_memory_bytes{job="yanxiu", instance="one"}': "1.2e9x120"}, {"MemoryGrows": 1}),
    ({'process_open_fds{job="yanxiu", instance="one"}': "60000x120"}, {"FilesRunOut": 1}),
    ({'bot_refused_total{platform="wecom", why="not_kept"}': "0x118 1x2"}, {"MessagesLost": 1}),
    ({'bot_refused_total{platform="wecom", why="stale"}': "0+1x120"}, {"ClockIsWrong": 1}),
    ({'bot_refused_total{platform="wecom", why="forged"}': "0+5x120"}, {"CallbacksRefused": 1}),
    ({'bot_handled_total{outcome="failed"}': "0x112 1x8"}, {"HandlersFail": 1}),
    ({'bot_late_total{platform="wecom"}': "0+6x120"}, {"AnswersComeLate": 1}),
    ({'bot_lanes_waiting{instance="one"}': "501x120"}, {"MessagesPileUp": 1}),
    (
        {
            'bot_database_answers{instance="one"}': STOPS,
            'bot_database_look_seconds{instance="one"}': "0.004x60 _x60",
        },
        {"DatabaseSilent": 1},
    ),
    ({'bot_database_look_seconds{instance="one"}': "0.5x120"}, {"DatabaseSlow": 1}),
    ({'bot_outbox_oldest_seconds{to="wecom.webhook"}': "0+60x120"}, {"GroupsHearNothing": 1}),
    ({"bot_groups_stopped": "2x120"}, {"GroupsStopped": 1}),
    ({'bot_sent_total{outlet="wecom.app", kind="notice"}': "7x120"}, {"OutletTakesNothing": 1}),
    ({'bot_sent_total{outlet="wecom.app", kind="notice"}': ABSENT}, {"OutletTakesNothing": 1}),
    ({'bot_given_up_total{kind="notice", state="failed"}': "0+1x120"}, {"MessagesGivenUp": 1}),
    ({'bot_connected{connection="wecom.aibot", instance="one"}': STOPS}, {"ConnectionDown": 1}),
    ({'bot_connection_ended_total{connection="wecom.aibot"}': "0+1x120"}, {"ConnectionUnsteady": 1}),
    (
        {'bot_job_ended_timestamp_seconds{task="daily-ranking", outcome="skipped"}': "40x120"},
        {"JobFailed": 1},
    ),
    (
        {'bot_job_ended_timestamp_seconds{task="daily-ranking", outcome="done"}': ABSENT},
        {"JobFailed": 1},
    ),
)
LATER = (  # the same with a value an hour, after a day and a half
    {'up{job="yanxiu", instance="one"}': "1x36"},
    {
        'up{job="yanxiu", instance="one"}': "1x36",
        'bot_job_ended_timestamp_seconds{task="backup", outcome="done"}': "30x36",
    },
)


def scene(name, series, rings, *, step="1m", at="2h"):
    yield f'  - name: "{name}"'
    yield f"    interval: {step}"
    yield "    input_series:"
    for figure, values in series.items():
        if values != ABSENT:
            yield f"      - {{series: '{figure}', values: '{values}'}}"
    yield "    promql_expr_test:"
    yield "      - expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"})'"
    yield f"        eval_time: {at}"
    yield "        exp_samples:" + ("" if rings else " []")
    for alert, times in sorted(rings.items()):
        yield f"          - {{labels: '{{alertname=\"{alert}\"}}', value: {times}}}"


def lines():
    yield "# Printed from tests/deploy/alert_scenes.py.  Tried by: promtool test rules alerts_test.yml"
    yield "rule_files: [alerts.yml]"
    yield "evaluation_interval: 1m"
    yield "tests:"
    yield from scene("nothing rings while all is well", WELL, {})
    for changed, rings in ILL:
        assert changed.keys() <= WELL.keys()
        yield from scene(" and ".join(sorted(rings)), WELL | changed, rings)
    for series in LATER:
        yield from scene("BackupTooOld", series, {"BackupTooOld": 1}, step="1h", at="36h")


def document():
    return "".join(f"{line}\n" for line in lines())


if __name__ == "__main__":
    print(document(), end="")
