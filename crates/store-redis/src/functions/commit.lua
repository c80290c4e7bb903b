-- Commits: expectations, then writes, on keys of one hash tag; all or nothing.
--
-- A function runs alone and reaches replicas and the append-only file as one transaction, so nobody sees half of it.
-- All expectations are looked at before the first write. Writes are done in their order.
--
-- KEYS[1] is the tag's head; the others are named by their place in KEYS.
-- ARGV[1] is the fence of whoever holds the tag's lease, or empty; ARGV[2] the number of the commit under it, what tells
-- it from another of that number, and the number of the last commit that was promised to last; or empty. Steps follow,
-- each a letter and its arguments.
--
-- Answers: 'done'; 'already' (it was done before: this is a repetition); 'fenced' (somebody else holds the lease);
-- 'overtaken' and the last number (a later commit was done); 'gap' and the last number (an earlier one is missing);
-- 'forgotten' and the last number (what was promised to last is missing);
-- 'refused', which expectation, and what was found instead.

-- Whether one number is greater than another, both as bytes, big-endian, of one length. Lua's own comparison of texts
-- follows the server's locale.
local function is_greater(a, b)
  for at = 1, #a do
    local x, y = a:byte(at), b:byte(at)
    if x ~= y then return x > y end
  end
  return false
end

-- A write that changes nothing, but is replicated: WAIT waits for the last write of its connection, and a repetition
-- may come by another one.
local function touch(head)
  redis.call('HSET', head, 'seen', '1')
end

-- Takes a bit away, and the bitmap with its last one. Whether it was the last.
local function clear_bit(key, offset)
  -- Clearing a bit of a bitmap that is not there would make one.
  if redis.call('GETBIT', key, offset) == 0 then return false end
  redis.call('SETBIT', key, offset, 0)
  if redis.call('BITPOS', key, 1) ~= -1 then return false end
  redis.call('DEL', key)
  return true
end

-- Expectations: each gives how many arguments it has, and what was found when it is not met. 'already' when what is
-- found was written by this very commit.
local checks = {}

-- A row of an ordered table: key, from, until, what it begins with (empty: there is none), what it begins with when
-- this commit wrote it (empty: cannot be told).
checks['R'] = function(keys, args, at)
  local found = redis.call('ZRANGE', keys[args[at + 1] + 0], args[at + 2], args[at + 3], 'BYLEX', 'LIMIT', 0, 1)[1]
  local want, mine = args[at + 4], args[at + 5]
  if found and mine ~= '' and found:sub(1, #mine) == mine then return 6, nil, true end
  if want == '' then
    if found then return 6, found end
  elseif not found or found:sub(1, #want) ~= want then
    return 6, found or ''
  end
  return 6
end

-- A field: key, field, its value, what an absent one counts as.
checks['F'] = function(keys, args, at)
  local found = redis.call('HGET', keys[args[at + 1] + 0], args[at + 2]) or args[at + 4]
  if found ~= args[at + 3] then return 5, found end
  return 5
end

-- Members of a range whose last 16 bytes are none of those named: key, from, until, how many, those.
checks['O'] = function(keys, args, at)
  local named = {}
  local count = args[at + 4] + 0
  for n = 1, count do named[args[at + 4 + n]] = true end
  local found = redis.call('ZRANGE', keys[args[at + 1] + 0], args[at + 2], args[at + 3], 'BYLEX')
  for _, member in ipairs(found) do
    local owner = member:sub(-16)
    if not named[owner] then return 5 + count, owner end
  end
  return 5 + count
end

-- Writes: each gives how many arguments it has.
local writes = {}

-- Fields: key, how many, field and value of each.
writes['h'] = function(keys, args, at)
  local last = at + 2 + 2 * args[at + 2]
  redis.call('HSET', keys[args[at + 1] + 0], unpack(args, at + 3, last))
  return last - at + 1
end

-- Sets a field for good: one that is there keeps its value. Whoever may do no more than this overwrites nothing.
-- key, field, value.
writes['n'] = function(keys, args, at)
  redis.call('HSETNX', keys[args[at + 1] + 0], args[at + 2], args[at + 3])
  return 4
end

-- Removes fields: key, how many, fields.
writes['d'] = function(keys, args, at)
  local last = at + 2 + args[at + 2]
  redis.call('HDEL', keys[args[at + 1] + 0], unpack(args, at + 3, last))
  return last - at + 1
end

-- Removes a field if its value begins so: key, field, beginning.
writes['i'] = function(keys, args, at)
  local key, want = keys[args[at + 1] + 0], args[at + 3]
  local found = redis.call('HGET', key, args[at + 2])
  if found and found:sub(1, #want) == want then redis.call('HDEL', key, args[at + 2]) end
  return 4
end

-- Puts a row of an ordered table in the place of the one with its key: key, from, until, row.
writes['p'] = function(keys, args, at)
  local key = keys[args[at + 1] + 0]
  redis.call('ZREMRANGEBYLEX', key, args[at + 2], args[at + 3])
  redis.call('ZADD', key, 0, args[at + 4])
  return 5
end

-- Removes the rows of a range: key, from, until.
writes['r'] = function(keys, args, at)
  redis.call('ZREMRANGEBYLEX', keys[args[at + 1] + 0], args[at + 2], args[at + 3])
  return 4
end

-- Adds a member: key, member.
writes['a'] = function(keys, args, at)
  redis.call('ZADD', keys[args[at + 1] + 0], 0, args[at + 2])
  return 3
end

-- Removes a member: key, member.
writes['z'] = function(keys, args, at)
  redis.call('ZREM', keys[args[at + 1] + 0], args[at + 2])
  return 3
end

-- Sets bits: key, how many, places.
writes['b'] = function(keys, args, at)
  local key, last = keys[args[at + 1] + 0], at + 2 + args[at + 2]
  for place = at + 3, last do redis.call('SETBIT', key, args[place], 1) end
  return last - at + 1
end

-- Clears a bit; with the bitmap's last one goes a field that tells of the bitmap: key, place, key of the field, field.
writes['c'] = function(keys, args, at)
  if clear_bit(keys[args[at + 1] + 0], args[at + 2]) and args[at + 4] ~= '' then
    redis.call('HDEL', keys[args[at + 3] + 0], args[at + 4])
  end
  return 5
end

-- Sets a field to a number if that is greater: key, field, number.
writes['m'] = function(keys, args, at)
  local key = keys[args[at + 1] + 0]
  local found = redis.call('HGET', key, args[at + 2])
  if not found or is_greater(args[at + 3], found) then redis.call('HSET', key, args[at + 2], args[at + 3]) end
  return 4
end

-- Widens a span, its first and its last number of 8 bytes each: key, field, first, last.
writes['s'] = function(keys, args, at)
  local key, first, last = keys[args[at + 1] + 0], args[at + 3], args[at + 4]
  local found = redis.call('HGET', key, args[at + 2])
  if found then
    local from, to = found:sub(1, 8), found:sub(9)
    if is_greater(first, from) then first = from end
    if is_greater(to, last) then last = to end
    if first == from and last == to then return 5 end
  end
  redis.call('HSET', key, args[at + 2], first .. last)
  return 5
end

-- Puts a row of an ordered table, and counts in how many tables there is one for its id; a bit says that there is one.
-- key, from, until, row, key of the counts, id, key of the bitmap, place.
writes['q'] = function(keys, args, at)
  local key = keys[args[at + 1] + 0]
  local was_there = redis.call('ZREMRANGEBYLEX', key, args[at + 2], args[at + 3]) > 0
  redis.call('ZADD', key, 0, args[at + 4])
  if not was_there and redis.call('HINCRBY', keys[args[at + 5] + 0], args[at + 6], 1) == 1 then
    redis.call('SETBIT', keys[args[at + 7] + 0], args[at + 8], 1)
  end
  return 9
end

-- Takes such a row away: key, from, until, key of the counts, id, key of the bitmap, place.
writes['u'] = function(keys, args, at)
  local was_there = redis.call('ZREMRANGEBYLEX', keys[args[at + 1] + 0], args[at + 2], args[at + 3]) > 0
  if was_there then
    local counts = keys[args[at + 4] + 0]
    if redis.call('HINCRBY', counts, args[at + 5], -1) <= 0 then
      redis.call('HDEL', counts, args[at + 5])
      clear_bit(keys[args[at + 6] + 0], args[at + 7])
    end
  end
  return 8
end

-- Takes a key away: key.
writes['x'] = function(keys, args, at)
  redis.call('DEL', keys[args[at + 1] + 0])
  return 2
end

-- Takes all fields of a key away but leaves one: key, field, value.
writes['e'] = function(keys, args, at)
  local key = keys[args[at + 1] + 0]
  redis.call('DEL', key)
  redis.call('HSET', key, args[at + 2], args[at + 3])
  return 4
end

-- Adds to the end of a list: key, what.
writes['l'] = function(keys, args, at)
  redis.call('RPUSH', keys[args[at + 1] + 0], args[at + 2])
  return 3
end

-- Whether a commit may follow the last one; otherwise the answer. Both are a number and what tells the commit from another
-- that was given the same number, 8 bytes each. `durable` is the number of a commit that must be there.
local function out_of_turn(head, last, this, durable, strict)
  last = last or string.rep('\0', 16)
  if last == this then
    touch(head)
    return { 'already' }
  end
  local last_number, number = last:sub(1, 8), this:sub(1, 8)
  if not is_greater(number, last_number) then return { 'overtaken', last_number } end
  if is_greater(durable, last_number) then return { 'forgotten', last_number } end
  if strict then
    -- The number after the last one, in bytes.
    local bytes, carry = { last_number:byte(1, 8) }, 1
    for at = 8, 1, -1 do
      bytes[at] = bytes[at] + carry
      carry = 0
      if bytes[at] == 256 then bytes[at], carry = 0, 1 end
    end
    if string.char(unpack(bytes)) ~= number then return { 'gap', last_number } end
  end
  return nil
end

local function commit(keys, args, strict)
  local head = keys[1]
  if args[1] ~= '' then
    local stored = redis.call('HMGET', head, 'fence', 'number')
    if stored[1] ~= args[1] then return { 'fenced' } end
    if args[2] ~= '' then
      local answer = out_of_turn(head, stored[2], args[2]:sub(1, 16), args[2]:sub(17), strict)
      if answer then return answer end
    end
  end

  local at, nth, last = 3, 0, #args
  while at <= last do
    local check = checks[args[at]]
    if not check then break end
    local step, found, is_mine = check(keys, args, at)
    if is_mine then
      touch(head)
      return { 'already' }
    end
    if found then return { 'refused', nth, found } end
    at = at + step
    nth = nth + 1
  end

  if args[2] ~= '' then
    redis.call('HSET', head, 'number', args[2]:sub(1, 16))
  else
    touch(head)
  end
  while at <= last do
    at = at + writes[args[at]](keys, args, at)
  end
  return { 'done' }
end

local function register(name, strict, flags)
  redis.register_function{
    function_name = name,
    callback = function(keys, args) return commit(keys, args, strict) end,
    flags = flags,
  }
end

-- `next`: for whoever must not miss a number. `freeing`: for what must go on when the server's memory is full, since it
-- frees some, or since not doing it is worse than the little that it takes.
register('wl_commit', false, {})
register('wl_commit_freeing', false, { 'allow-oom' })
register('wl_commit_next', true, {})
register('wl_commit_next_freeing', true, { 'allow-oom' })
