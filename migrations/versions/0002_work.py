"""Alerts that name the next act, who was told, contacts outside, the roster, sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TOLD = """INSERT INTO notification (id, alert_id, staff_id, message_id, reason, at)
SELECT id, alert_id, staff_id, id, 'step', at FROM message
WHERE alert_id IS NOT NULL AND staff_id IS NOT NULL"""
_RESTS = """UPDATE alert SET act_at = acknowledged_at + 86400000, next_step_at = acknowledged_at + 86400000
WHERE state = 'acknowledged'"""
_TOLD_BACK = """UPDATE message SET alert_id =
(SELECT min(alert_id) FROM notification WHERE notification.message_id = message.id)"""


def upgrade() -> None:
    op.create_table(
        "sign_in_tries",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_sign_in_tries"),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_incident_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    op.create_index(
        "ix_incident_one_open",
        "incident",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("stand_in_id", sa.String(), nullable=True),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_absence_staff_id"),
        sa.ForeignKeyConstraint(["stand_in_id"], ["staff.id"], name="fk_absence_stand_in_id"),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
    )
    op.create_index("ix_absence_staff_id", "absence", ["staff_id"], unique=False)
    op.create_index("ix_absence_stand_in_id", "absence", ["stand_in_id"], unique=False)
    op.create_index("ix_absence_starts_at", "absence", ["starts_at"], unique=False)
    op.create_table(
        "duty",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_duty_staff_id"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_duty_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
    )
    op.create_index("ix_duty_staff_id", "duty", ["staff_id"], unique=False)
    op.create_index("ix_duty_team", "duty", ["team_id", "ends_at"], unique=False)
    op.create_table(
        "request_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_request_key_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_request_key"),
        sa.UniqueConstraint("staff_id", "key", name="uq_request_key_staff_id_key"),
    )
    op.create_index("ix_request_key_at", "request_key", ["at"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_contact_case_id"),
        sa.ForeignKeyConstraint(["noted_by"], ["staff.id"], name="fk_contact_noted_by"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_contact_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
    )
    op.create_index("ix_contact_case", "contact", ["case_id", "happened_at"], unique=False)
    op.create_index("ix_contact_staff_id", "contact", ["staff_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_draft_case_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_draft_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint("staff_id", "case_id", name="uq_draft_staff_id_case_id"),
    )
    op.create_index("ix_draft_case_id", "draft", ["case_id"], unique=False)
    op.create_table(
        "label",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("categories", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_label_case_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_label_staff_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_label"),
    )
    op.create_table(
        "presence",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_presence_case_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_presence_staff_id"),
        sa.PrimaryKeyConstraint("case_id", "staff_id", name="pk_presence"),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.String(), nullable=True),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_notification_alert_id"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_notification_incident_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_notification_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
    )
    op.create_index("ix_notification_alert_id", "notification", ["alert_id"], unique=False)
    op.create_index("ix_notification_incident_id", "notification", ["incident_id"], unique=False)
    op.create_index("ix_notification_message", "notification", ["message_id"], unique=False)
    op.create_index("ix_notification_staff", "notification", ["staff_id", "at"], unique=False)
    op.add_column("alert", sa.Column("started_at", sa.BigInteger(), nullable=True))
    op.add_column("alert", sa.Column("act", sa.LargeBinary(), nullable=True))
    op.add_column("alert", sa.Column("act_at", sa.BigInteger(), nullable=True))
    op.add_column("alert", sa.Column("waiting_for", sa.String(), nullable=True))
    op.add_column("alert", sa.Column("reminded_at", sa.BigInteger(), nullable=True))
    op.add_column("alert", sa.Column("snoozed_until", sa.BigInteger(), nullable=True))
    op.add_column("alert", sa.Column("previous_id", sa.Integer(), nullable=True))
    op.add_column("alert", sa.Column("outcome", sa.String(), nullable=True))
    op.execute(_RESTS)
    op.create_index("ix_alert_case", "alert", ["case_id", "resolved_at"], unique=False)
    op.drop_index("ix_alert_team_id", table_name="alert")
    op.create_index(
        "ix_alert_in_hand",
        "alert",
        ["acknowledged_by"],
        unique=False,
        sqlite_where=sa.text("state != 'resolved'"),
        postgresql_where=sa.text("state != 'resolved'"),
    )
    op.create_index(
        "ix_alert_unresolved",
        "alert",
        [
            "team_id",
            "owner_id",
            "level",
            "state",
            "due_at",
            "act_at",
            "waiting_for",
            "snoozed_until",
        ],
        unique=False,
        sqlite_where=sa.text("state != 'resolved'"),
        postgresql_where=sa.text("state != 'resolved'"),
    )
    op.add_column("cases", sa.Column("paused_until", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("last_contact_at", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("keeper_id", sa.String(), nullable=True))
    op.execute("UPDATE cases SET keeper_id = caseworker_id")
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("keeper_id", existing_type=sa.String(), nullable=False)
        cases.create_foreign_key("fk_cases_keeper_id", "staff", ["keeper_id"], ["id"])
    op.create_index("ix_cases_keeper_id", "cases", ["keeper_id"], unique=False)
    op.add_column("message", sa.Column("shown", sa.String(), nullable=True))
    op.execute(_TOLD)
    op.drop_index("ix_message_alert", table_name="message")
    op.drop_column("message", "alert_id")
    op.create_index(
        "ix_message_out",
        "message",
        ["channel", "at"],
        unique=False,
        sqlite_where=sa.text("direction = 'out'"),
        postgresql_where=sa.text("direction = 'out'"),
    )
    op.add_column("staff", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("totp_step", sa.Integer(), server_default="0", nullable=False))
    op.add_column("staff", sa.Column("language", sa.String(), nullable=True))
    op.add_column("staff", sa.Column("ical_hash", sa.String(), nullable=True))
    op.create_index("ix_staff_ical_hash", "staff", ["ical_hash"], unique=True)
    op.add_column("team", sa.Column("fallback_id", sa.String(), nullable=True))
    op.add_column("token", sa.Column("kind", sa.String(), server_default="api", nullable=False))


def downgrade() -> None:
    op.drop_column("token", "kind")
    op.drop_column("team", "fallback_id")
    op.drop_index("ix_staff_ical_hash", table_name="staff")
    op.drop_column("staff", "ical_hash")
    op.drop_column("staff", "language")
    op.drop_column("staff", "totp_step")
    op.drop_column("staff", "totp_secret")
    op.drop_index("ix_message_out", table_name="message")
    op.add_column("message", sa.Column("alert_id", sa.INTEGER(), nullable=True))
    op.execute(_TOLD_BACK)
    op.create_index("ix_message_alert", "message", ["alert_id"], unique=False)
    op.drop_column("message", "shown")
    op.drop_index("ix_cases_keeper_id", table_name="cases")
    op.drop_column("cases", "last_contact_at")
    op.drop_column("cases", "paused_until")
    with op.batch_alter_table("cases") as cases:
        cases.drop_constraint("fk_cases_keeper_id", type_="foreignkey")
        cases.drop_column("keeper_id")
    op.drop_index("ix_alert_unresolved", table_name="alert")
    op.drop_index("ix_alert_in_hand", table_name="alert")
    op.create_index("ix_alert_team_id", "alert", ["team_id"], unique=False)
    op.drop_index("ix_alert_case", table_name="alert")
    op.drop_column("alert", "outcome")
    op.drop_column("alert", "previous_id")
    op.drop_column("alert", "snoozed_until")
    op.drop_column("alert", "reminded_at")
    op.drop_column("alert", "waiting_for")
    op.drop_column("alert", "act_at")
    op.drop_column("alert", "act")
    op.drop_column("alert", "started_at")
    op.drop_table("notification")
    op.drop_table("presence")
    op.drop_table("label")
    op.drop_table("draft")
    op.drop_table("contact")
    op.drop_table("request_key")
    op.drop_table("duty")
    op.drop_table("absence")
    op.drop_table("incident")
    op.drop_table("sign_in_tries")
