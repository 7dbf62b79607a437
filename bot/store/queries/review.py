"""Labels that humans gave to texts, with the texts, to be exported."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bot.store.prepared import Prepared
from bot.store.queries import columns, reach
from bot.store.tables import Case, Label, Message

_case, _label, _message = columns(Case), columns(Label), columns(Message)

#: Labelled texts of the cases within reach, after a message. Primary keys.
labelled = reach.Reached(
    reach.cases,
    lambda within: (
        select(
            _message.id,
            _message.body,
            _label.level,
            _label.categories,
            _case.id.label("case_id"),
            _case.alias,
            _case.language,
        )
        .join(Message, _message.id == _label.message_id)
        .join(Case, _case.id == _message.case_id)
        .where(within, _label.message_id > bindparam("after"))
        .order_by(_label.message_id)
        .limit(bindparam("most"))
    ),
    texts=True,
)
#: The text of a message. Primary key.
text = Prepared(select(_message.body).where(_message.id == bindparam("message")))
