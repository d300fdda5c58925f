"""What joins reports, measures and packs to people and spaces, and what the database holds about them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrity", "0005_reports_measures_packs"),
    ]

    operations = [
        migrations.AddField(
            model_name="bar",
            name="decision",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="integrity.decision"),
        ),
        migrations.AddField(
            model_name="bar",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="signal",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="integrity.signal"),
        ),
        migrations.AddField(
            model_name="measure",
            name="appeal_seat",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.org"),
        ),
        migrations.AddField(
            model_name="measure",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="measureappeal",
            name="measure",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="integrity.measure"),
        ),
        migrations.AddField(
            model_name="measureappeal",
            name="seat",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.org"),
        ),
        migrations.AddField(
            model_name="report",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="reportcase",
            name="person",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="report",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="integrity.reportcase"),
        ),
        migrations.AddField(
            model_name="wordhit",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="wordpack",
            name="org",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.org"),
        ),
        migrations.AddIndex(
            model_name="bar",
            index=models.Index(condition=models.Q(("lifted_at__isnull", True)), fields=["person"], name="integrity_bar_person"),
        ),
        migrations.AddConstraint(
            model_name="bar",
            constraint=models.UniqueConstraint(fields=("decision", "kind"), name="integrity_bar_once"),
        ),
        migrations.AddConstraint(
            model_name="bar",
            constraint=models.CheckConstraint(condition=models.Q(("to_day__gt", models.F("from_day"))), name="integrity_bar_span"),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["object_type", "object_id"], name="integrity_evidence_object"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(fields=("signal", "object_type", "object_id"), name="integrity_evidence_once"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="integrity_evidence_says_something"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["person", "-taken_at"], name="integrity_measure_person"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["space_id", "-taken_at"], name="integrity_measure_space"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                fields=["unit_path", "-taken_at"], name="integrity_measure_path", opclasses=["varchar_pattern_ops", "timestamptz_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="integrity_measure_reasoned"),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("person_id", models.F("taken_by")), _negated=True), name="integrity_measure_not_own"
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True), ("undone_reason", "")),
                    models.Q(("undone_at__isnull", False), models.Q(("undone_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="integrity_measure_undone_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["mute", "ban"]), ("space_id__isnull", False)),
                    models.Q(models.Q(("kind__in", ["mute", "ban"]), _negated=True), ("until__isnull", True)),
                    _connector="OR",
                ),
                name="integrity_measure_of_space",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["warn", "mute", "ban"]), ("object_id__isnull", False), _connector="OR"),
                name="integrity_measure_of_object",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["hold", "hide", "return", "delete"]), ("undone_at__isnull", True)),
                fields=("object_type", "object_id"),
                name="integrity_measure_one_on_object",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "ban"), ("undone_at__isnull", True)),
                fields=("space_id", "person"),
                name="integrity_measure_one_ban",
            ),
        ),
        migrations.AddIndex(
            model_name="measureappeal",
            index=models.Index(
                condition=models.Q(("ruled_at__isnull", True)), fields=["appealed_at"], name="integrity_measureappeal_queue"
            ),
        ),
        migrations.AddConstraint(
            model_name="measureappeal",
            constraint=models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="integrity_measureappeal_reasoned"),
        ),
        migrations.AddConstraint(
            model_name="measureappeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opinion", ""), ("ruled_at__isnull", True), ("ruled_by__isnull", True), ("ruling", "")),
                    models.Q(
                        ("ruled_at__isnull", False),
                        ("ruled_by__isnull", False),
                        ("seat__isnull", False),
                        models.Q(("ruling", ""), _negated=True),
                        models.Q(("opinion", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="integrity_measureappeal_ruled_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="measureappeal",
            constraint=models.CheckConstraint(
                condition=models.Q(("ruled_by__isnull", True), models.Q(("ruled_by", models.F("against")), _negated=True), _connector="OR"),
                name="integrity_measureappeal_four",
            ),
        ),
        migrations.AddIndex(
            model_name="reportcase",
            index=models.Index(condition=models.Q(("state", "open")), fields=["space_id", "opened_at"], name="integrity_reportcase_queue"),
        ),
        migrations.AddIndex(
            model_name="reportcase",
            index=models.Index(
                fields=["unit_path", "opened_at"], name="integrity_reportcase_path", opclasses=["varchar_pattern_ops", "timestamptz_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="reportcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("object_type", "object_id"), name="integrity_reportcase_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="integrity_reportcase_decided_when",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["person", "-reported_at"], name="integrity_report_person"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("case", "person"), name="integrity_report_once"),
        ),
        migrations.AddIndex(
            model_name="wordhit",
            index=models.Index(
                condition=models.Q(("seen_at__isnull", True)), fields=["space_id", "-found_at"], name="integrity_wordhit_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="wordhit",
            index=models.Index(
                condition=models.Q(("seen_at__isnull", True)),
                fields=["unit_path", "-found_at"],
                name="integrity_wordhit_path",
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="wordhit",
            constraint=models.UniqueConstraint(fields=("object_type", "object_id", "word", "pack_title"), name="integrity_wordhit_once"),
        ),
        migrations.AddConstraint(
            model_name="wordhit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)), ("seen_at__isnull", False), _connector="OR"
                ),
                name="integrity_wordhit_seen",
            ),
        ),
        migrations.AddConstraint(
            model_name="wordpack",
            constraint=models.UniqueConstraint(fields=("org", "title"), name="integrity_wordpack_title"),
        ),
        migrations.AddConstraint(
            model_name="wordpack",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("is_default",), name="integrity_wordpack_one_default"
            ),
        ),
        migrations.AddConstraint(
            model_name="wordpack",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("title", ""), _negated=True), ("version__gte", 1)), name="integrity_wordpack_named"
            ),
        ),
    ]
