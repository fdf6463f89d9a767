"""The limiter's two steps, once for Redis and once for a process on its own; a test holds the twins together.

The state: ``left:NAME`` calls until the instant ``until:NAME``, ``seen:NAME`` the count last told by the provider,
``block`` the instant before which nobody calls, ``strikes`` the refusals in a row that named no time (those of calls
that were under way together are one), ``tokens`` (thousandths) as of ``filled``. All instants are milliseconds since
1970.
"""

from __future__ import annotations

SLACK = 16
"""How far a told count may rise by answers overtaking each other; more means that the provider began a new window."""
SAME_WINDOW = 2000
"""Two stated ends nearer to each other than this (ms) are the same window's."""
KEPT = 90_000_000
LONGEST_STRIKE = 60_000

BEFORE = """
local now, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local state, wait, names = redis.call('HGETALL', KEYS[1]), 0, {}
local held = {}
for i = 1, #state, 2 do held[state[i]] = state[i + 1] end
for field, ends in pairs(held) do
  if string.sub(field, 1, 6) == 'until:' then
    local name = string.sub(field, 7)
    if tonumber(ends) <= now then
      redis.call('HDEL', KEYS[1], field, 'left:' .. name, 'seen:' .. name)
    else
      names[#names + 1] = name
      if tonumber(held['left:' .. name]) <= 0 then wait = math.max(wait, tonumber(ends) - now) end
    end
  end
end
wait = math.max(wait, tonumber(held['block'] or now) - now)
local tokens = rate
if rate > 0 then
  local filled = tonumber(held['filled'] or now)
  local most = math.max(rate, 1000)
  tokens = math.min(most, tonumber(held['tokens'] or most) + math.floor(math.max(0, now - filled) * rate / 1000))
  if tokens < 1000 then wait = math.max(wait, math.ceil((1000 - tokens) * 1000 / rate)) end
end
if wait > 0 then return wait end
for _, name in ipairs(names) do redis.call('HINCRBY', KEYS[1], 'left:' .. name, -1) end
if rate > 0 then redis.call('HSET', KEYS[1], 'tokens', string.format('%d', tokens - 1000), 'filled', ARGV[1]) end
if rate > 0 or #names > 0 then redis.call('PEXPIRE', KEYS[1], 90000000) end
return 0
"""

AFTER = """
local now, refused, block = tonumber(ARGV[1]), ARGV[2] == '1', tonumber(ARGV[3])
local function number(field) return tonumber(redis.call('HGET', KEYS[1], field) or '') end
for i = 4, #ARGV, 4 do
  local name, left, ends, stated = ARGV[i], tonumber(ARGV[i + 1]), now + tonumber(ARGV[i + 2]), ARGV[i + 3] == '1'
  local known, had, seen = number('until:' .. name), number('left:' .. name), number('seen:' .. name)
  local same = known and known > now
  if same and stated then same = math.abs(known - ends) < 2000 end
  if same and not stated then same = left - seen <= 16 end
  if same then
    left = math.min(had, left)
    ends = known
  end
  redis.call('HSET', KEYS[1], 'left:' .. name, string.format('%d', left), 'until:' .. name, string.format('%d', ends),
    'seen:' .. name, ARGV[i + 1])
end
if refused then
  local blocked = number('block') or 0
  if block < 0 and blocked > now then
    block = 0
  elseif block < 0 then
    local strikes = math.min(redis.call('HINCRBY', KEYS[1], 'strikes', 1), 10)
    block = math.min(60000, 1000 * 2 ^ (strikes - 1))
  end
  redis.call('HSET', KEYS[1], 'block', string.format('%d', math.max(now + block, blocked)))
else
  redis.call('HDEL', KEYS[1], 'strikes')
end
redis.call('PEXPIRE', KEYS[1], 90000000)
return 0
"""


def before_here(state: dict[str, str], now: int, rate: int) -> int:
    """As :data:`BEFORE`: takes one call, or says how many milliseconds to wait."""
    wait = max(0, int(state.get("block", now)) - now)
    names = [field[6:] for field in state if field.startswith("until:")]
    for name in list(names):
        ends = int(state[f"until:{name}"])
        if ends <= now:
            names.remove(name)
            for part in ("until", "left", "seen"):
                state.pop(f"{part}:{name}", None)
        elif int(state[f"left:{name}"]) <= 0:
            wait = max(wait, ends - now)
    tokens = rate
    if rate > 0:
        since = max(0, now - int(state.get("filled", now)))
        most = max(rate, 1000)
        tokens = min(most, int(state.get("tokens", most)) + since * rate // 1000)
        if tokens < 1000:
            wait = max(wait, -(-(1000 - tokens) * 1000 // rate))
    if wait > 0:
        return wait
    for name in names:
        state[f"left:{name}"] = str(int(state[f"left:{name}"]) - 1)
    if rate > 0:
        state.update(tokens=str(tokens - 1000), filled=str(now))
    return 0


def after_here(state: dict[str, str], now: int, refused: int, block: int, *told: str | int) -> int:
    """As :data:`AFTER`: takes in what an answer told, four values for each window."""
    for at in range(0, len(told), 4):
        name, left, ends, stated = told[at], int(told[at + 1]), now + int(told[at + 2]), told[at + 3] == 1
        known = int(state.get(f"until:{name}", 0))
        same = known > now
        if same:
            same = abs(known - ends) < SAME_WINDOW if stated else left - int(state[f"seen:{name}"]) <= SLACK
        state[f"seen:{name}"] = str(left)
        state[f"left:{name}"] = str(min(int(state[f"left:{name}"]), left) if same else left)
        state[f"until:{name}"] = str(known if same else ends)
    if refused:
        blocked = int(state.get("block", 0))
        if block < 0 and blocked > now:
            block = 0
        elif block < 0:
            strikes = int(state.get("strikes", 0)) + 1
            state["strikes"] = str(strikes)
            block = min(LONGEST_STRIKE, 1000 * 2 ** (min(strikes, 10) - 1))
        state["block"] = str(max(now + block, blocked))
    else:
        state.pop("strikes", None)
    return 0
