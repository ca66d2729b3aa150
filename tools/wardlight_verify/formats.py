"""The shapes of everything that is signed or stored."""

from .encoding import any_bytes, choice, fields, is_bytes, is_text, is_time, is_uint, list_of, one_of, struct

ID, KEY, HASH, SIGNATURE = is_bytes(16), is_bytes(32), is_bytes(32), is_bytes(64)
CATEGORY, SHORT, LONG = one_of(9), is_uint(32), is_uint(64)
ENROLMENT = struct(is_text, one_of(9), KEY, is_text, KEY)
PROVEN = struct(ENROLMENT, SIGNATURE)
POLICY = struct(is_uint(8), is_uint(8), struct(is_uint(8), is_uint(16)), is_uint(8), is_uint(8), optional=(2,))
VALIDATOR = struct(KEY, KEY, is_text)
GENESIS = struct(is_text, lambda v: isinstance(v, bool), list_of(PROVEN), list_of(VALIDATOR), POLICY, HASH)
HOLDER = choice(fields(ID), fields(ID))
SUBJECT = choice(fields(ID, CATEGORY), fields(ID), fields(ID), fields())
AGREEMENT = struct(ID, ID, HOLDER, is_uint(16), one_of(5), is_time, is_time, is_uint(16), HASH, optional=(6, 7, 8))
REGISTRATION = struct(ID, KEY, ID, SIGNATURE)
CUSTODY = struct(is_uint(8), HASH)
GENERATION = struct(ID, CATEGORY, SHORT, HASH, list_of(ID), HASH, CUSTODY, optional=(6,))
GUARDIAN = struct(KEY, SIGNATURE)
BREAK_GLASS = struct(ID, ID, is_uint(16), is_uint(8), one_of(4), HASH)
ORDER = struct(ID, ID, choice(fields(is_uint(16)), fields(SHORT, LONG, LONG)), one_of(4), LONG)
RECEIPT = struct(ID, LONG, SHORT)
EPOCH = struct(ID, CATEGORY, SHORT, SHORT, is_text, HASH, any_bytes)
ACTION = choice(
    fields(GENESIS), fields(PROVEN), fields(ID, one_of(4)), fields(ID, is_text), fields(ID, ID), fields(ID, ID),
    fields(REGISTRATION), fields(SHORT, is_text), fields(SHORT, ID, optional=1), fields(SHORT, SUBJECT),
    fields(AGREEMENT), fields(ID), fields(GENERATION), fields(ID, CATEGORY, SHORT, list_of(ID), HASH), fields(EPOCH),
    fields(ID, PROVEN), fields(ID), fields(ID, one_of(9)), fields(POLICY), fields(SHORT),
    fields(ID, is_uint(16), is_time, optional=1), fields(ID, AGREEMENT), fields(AGREEMENT), fields(AGREEMENT, HASH),
    fields(BREAK_GLASS), fields(ID, one_of(3)), fields(ID, GUARDIAN), fields(ID, ID), fields(is_uint(8), list_of(ID)),
    fields(ORDER), fields(RECEIPT), fields(SHORT), fields(REGISTRATION), fields(any_bytes), fields(HASH), fields(HASH),
    fields(ID),
)
TRANSACTION = struct(LONG, ID, is_time, ACTION, optional=(1,))
HEADER = struct(is_uint(8), HASH, LONG, is_time, HASH, HASH, SHORT, HASH, HASH, HASH, HASH, ID)
CERTIFICATE = struct(SHORT, list_of(fields(ID, SIGNATURE)))
RECORD = struct(SHORT, LONG, SHORT, one_of(17), is_time, LONG, HASH, SHORT)
SIGN1 = fields(any_bytes, lambda v: v == {}, any_bytes, SIGNATURE)
SIGN = fields(any_bytes, lambda v: v == {}, any_bytes, list_of(fields(any_bytes, lambda v: isinstance(v, dict) and [(type(key), key) for key in v] == [(int, 4)] and ID(v[4]), SIGNATURE)))
