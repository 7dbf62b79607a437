"""Statements compiled once and run on the driver's own cursor.

What SQLAlchemy does anew at each execution is done here once for each dialect: the text, the order of the
parameters, and the conversion of values on the way in and out by the column types themselves.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from bot.store.errors import translate
from bot.store.tx import Tx

Convert = Callable[[Any], Any]
Statement = Executable | Callable[[str], Executable]


class Prepared:
    """A SQLAlchemy Core statement, or a function from the dialect's name to one, ready to be run often.

    Parameters are the statement's ``bindparam`` names, all of them at each run; a list is taken where the
    parameter is expanding (``column.in_(bindparam("ids", expanding=True))``). Rows are named tuples of the
    selected or returned columns. All methods raise :class:`bot.store.errors.StoreError` or one of its kinds.
    """

    def __init__(self, statement: Statement, *, defaults: Mapping[str, Any] | None = None) -> None:
        self._statement = statement
        self._defaults = dict(defaults or {})
        self._programs: dict[str, _Program] = {}

    def run(self, tx: Tx, /, **params: Any) -> int:
        """Run once; return the number of rows that were touched."""
        self._execute(tx, params)
        return int(tx.cursor.rowcount)

    def one(self, tx: Tx, /, **params: Any) -> Any:
        """Run once; return the first row, or None if there is none."""
        program = self._execute(tx, params)
        rows = tx.cursor.fetchall()
        return program.row(rows[0]) if rows else None

    def all(self, tx: Tx, /, **params: Any) -> list[Any]:
        """Run once; return all rows."""
        program = self._execute(tx, params)
        return [program.row(row) for row in tx.cursor.fetchall()]

    def many(self, tx: Tx, params: Iterable[Mapping[str, Any]]) -> int:
        """Run for each of several sets of parameters, none expanding; return the number of rows touched."""
        program = self._program(tx.dialect)
        sets = list(params)
        if not sets:
            return 0
        text = program.text(sets[0])
        _driver(tx.cursor.executemany, text.sql, [text.values(each) for each in sets])
        return int(tx.cursor.rowcount)

    def _execute(self, tx: Tx, params: Mapping[str, Any]) -> _Program:
        program = self._program(tx.dialect)
        text = program.text(params)
        _driver(tx.cursor.execute, text.sql, text.values(params))
        return program

    def _program(self, dialect: Dialect) -> _Program:
        program = self._programs.get(dialect.name)
        if program is None:
            statement = self._statement
            built = statement if isinstance(statement, Executable) else statement(dialect.name)
            program = self._programs[dialect.name] = _Program(built, dialect, self._defaults)
        return program


def inserting(table: type[Any], *, ignore: bool = False, returning: Sequence[str] = ()) -> Prepared:
    """Prepare the insertion of a whole row of a SQLModel table.

    A column with a default, or one that may be null, need not be given. ``ignore`` skips a row that would
    break a unique rule (:meth:`Prepared.run` is 0, :meth:`Prepared.one` None). A key that the database
    numbers is never given; it can be returned.
    """
    schema: Table = table.__table__
    columns = [column for column in schema.columns if column is not schema.autoincrement_column]

    def build(dialect_name: str) -> Executable:
        insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect_name]
        statement = insert(schema).inline().values({c.name: bindparam(c.name, type_=c.type) for c in columns})
        if ignore:
            statement = statement.on_conflict_do_nothing()
        built: Executable = statement
        if returning:
            built = statement.returning(*(schema.c[name] for name in returning))
        return built

    return Prepared(build, defaults=_defaults(columns))


def _defaults(columns: Iterable[Any]) -> dict[str, Any]:
    known = {column.name: None for column in columns if column.nullable}
    return known | {c.name: c.default.arg for c in columns if c.default is not None and c.default.is_scalar}


class _Program:
    """A statement compiled for one dialect, with one text for each length of its expanding parameters."""

    def __init__(self, statement: Any, dialect: Dialect, defaults: Mapping[str, Any]) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect)
        self._compiled = compiled
        self._known = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._known |= defaults
        self._expanding = [name for name, bind in compiled.binds.items() if bind.expanding and bind.required]
        self._texts: dict[tuple[int, ...], _Text] = {}
        self.row = _row_maker(statement, dialect)

    def text(self, params: Mapping[str, Any]) -> _Text:
        try:
            lengths = tuple([len(params[name]) for name in self._expanding]) if self._expanding else ()
        except KeyError as missing:
            raise TypeError(f"the statement needs a list for {missing}") from None
        return self._texts.get(lengths) or self._add_text(lengths, params)

    def _add_text(self, lengths: tuple[int, ...], params: Mapping[str, Any]) -> _Text:
        if len(self._texts) >= _MOST_TEXTS:
            self._texts.clear()
        text = self._texts[lengths] = _Text(self._compiled, self._known, params)
        return text


_MOST_TEXTS = 64


class _Text:
    """The final SQL text and how its values are made."""

    def __init__(self, compiled: SQLCompiler, known: dict[str, Any], sample: Mapping[str, Any]) -> None:
        self._names = frozenset(compiled.binds)
        self._known = known
        self._check({**known, **sample})
        state = compiled.construct_expanded_state({**known, **sample})
        self.sql = state.statement
        self._positional = compiled.positional
        self._lists = dict(state.parameter_expansion)
        origin = {name: name for name in self._names}
        origin |= {each: name for name, expanded in self._lists.items() for each in expanded}
        names = state.positiontup if compiled.positional else state.parameters
        self._slots = [
            (name, bind_converter(compiled.binds[origin[name]].type, compiled.dialect))
            for name in names or ()
        ]

    def values(self, params: Mapping[str, Any]) -> Any:
        given = {**self._known, **params}
        if len(given) != len(self._names):
            self._check(given)
        for name, expanded in self._lists.items():
            given.update(zip(expanded, given[name], strict=True))
        try:
            if self._positional:
                return [convert(given[name]) if convert else given[name] for name, convert in self._slots]
            return {name: convert(given[name]) if convert else given[name] for name, convert in self._slots}
        except KeyError:
            self._check(given)
            raise

    def _check(self, given: Mapping[str, Any]) -> None:
        if wrong := self._names.symmetric_difference(given):
            raise TypeError(f"missing or unknown parameters: {', '.join(sorted(wrong))}")


def bind_converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what turns a Python value into the driver's, or None where nothing is to be done."""
    return kind.dialect_impl(dialect).bind_processor(dialect)


def result_converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what turns the driver's value into Python's, or None where nothing is to be done."""
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _row_maker(statement: Any, dialect: Dialect) -> Callable[[Sequence[Any]], Any]:
    columns = getattr(statement, "exported_columns", None)
    if columns is None:
        return tuple
    row_class: Any = namedtuple("Row", list(columns.keys()), rename=True)  # type: ignore[misc]
    converters = [result_converter(column.type, dialect) for column in columns]
    needed = [(index, convert) for index, convert in enumerate(converters) if convert]
    if not needed:
        return row_class._make

    def make(values: Sequence[Any]) -> Any:
        row = list(values)
        for index, convert in needed:
            row[index] = convert(row[index])
        return row_class._make(row)

    return make


def _driver(call: Callable[[str, Any], Any], sql: str, values: Any) -> None:
    """Call the driver; its error is replaced outside the handler, so that no trace quotes a value."""
    try:
        call(sql, values)
        return
    except (sqlite3.Error, psycopg.Error) as error:
        failure = translate(error)
    raise failure
