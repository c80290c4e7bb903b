-- Sessions: a shard of them is five keys of one tag.
--
--   :h  hash: id -> head, what a check looks at; or what is still told of a session that ended
--   :f  hash: id -> what is sealed
--   :d  sorted set: id by when it is looked at again; never later than when it ends
--   :i  sorted set: ids of those that live or have not been taken away, in their order
--   :e  stream: what happened to them and is not in the log of all instances yet (session_events.lua)
--
-- A head: 'L', hash of the token (32), user (16), created (8), last activity (8), idle limit (4), ends at (8), warning
-- (4), locked (1), version (4), role, department and portal, each with its length before it. Of one that ended: 'E',
-- hash of the token (32), cause (1), told until (8). Numbers are big-endian, times in milliseconds.
--
-- The rules of Life::decide and Record::answer are restated here; the conformance suite holds both to each other.

local IDLE, ABSOLUTE, REVOKED, CREATED = '\1', '\2', '\3', '\5'

-- Events of a shard that nobody has put into the log, at most. Beyond, all of them are given up and that is told.
local OUTBOX = 1024

-- When a session ends as things are, and by which limit.
local function ends(head)
  local last, idle, at = struct.unpack('>I8I4I8', head, 58)
  if last + idle < at then return last + idle, IDLE end
  return at, ABSOLUTE
end

-- Tells instances that remember it: what they know of these sessions holds no more. Ids, one after the other.
local function tell(ids)
  if ids ~= '' then redis.call('PUBLISH', 'wl:s', ids) end
end

local function text(number)
  return string.format('%.0f', number)
end

-- Puts down what happened to a session, in the step in which it does: id, kind (1), version after it (4), when (8), role,
-- department and portal as in the head. No person, no token. Programs older than events do not name the key.
local function happened(keys, id, head, kind, version, at)
  local outbox = keys[5]
  if not outbox then return end
  if redis.call('XLEN', outbox) >= OUTBOX then
    redis.call('XTRIM', outbox, 'MAXLEN', 0)
    redis.call('XADD', outbox, '*', 'e', '')
  end
  redis.call('XADD', outbox, '*', 'e', id .. kind .. struct.pack('>I4I8', version, at) .. head:sub(87))
end

local function version_of(head)
  return (struct.unpack('>I4', head, 83))
end

-- Puts what is told of it in the place of a session.
local function bury(keys, id, head, cause, now, told_until)
  happened(keys, id, head, cause, version_of(head) + 1, now)
  redis.call('HSET', keys[1], id, 'E' .. head:sub(2, 33) .. cause .. struct.pack('>I8', told_until))
  redis.call('HDEL', keys[2], id)
  redis.call('ZADD', keys[3], text(told_until), id)
  redis.call('ZREM', keys[4], id)
end

-- Begins a session: id, head, what is sealed, when it ends. 'ended' when it was ended meanwhile.
redis.register_function('wl_session_put', function(keys, args)
  local found = redis.call('HGET', keys[1], args[1])
  if found and found:sub(1, 1) == 'E' then return 'ended' end
  if not found then
    happened(keys, args[1], args[2], CREATED, version_of(args[2]), struct.unpack('>I8', args[2], 50))
  end
  redis.call('HSET', keys[1], args[1], args[2])
  redis.call('HSET', keys[2], args[1], args[3])
  redis.call('ZADD', keys[3], args[4], args[1])
  redis.call('ZADD', keys[4], 0, args[1])
  return 'done'
end)

-- Takes back a session whose token nobody was given: id, now. Its beginning may have been told.
redis.register_function{
  function_name = 'wl_session_undo',
  callback = function(keys, args)
    local head = redis.call('HGET', keys[1], args[1])
    if args[2] and head and head:sub(1, 1) == 'L' then
      happened(keys, args[1], head, REVOKED, version_of(head) + 1, args[2] + 0)
    end
    redis.call('HDEL', keys[1], args[1])
    redis.call('HDEL', keys[2], args[1])
    redis.call('ZREM', keys[3], args[1])
    redis.call('ZREM', keys[4], args[1])
    return 'done'
  end,
  flags = {'allow-oom'},
}

-- Checks and extends: now, how many sets of roles, the sets (each role between line feeds); then for each ask the id,
-- the hash of the token, '1' for what a person did, the number of its set.
--
-- It counts as a function that writes also where nothing is extended, so that a master which lost its replicas refuses
-- it: what was revoked elsewhere meanwhile is not let in.
redis.register_function{
  function_name = 'wl_session_check',
  callback = function(keys, args)
    local now, sets = args[1] + 0, args[2] + 0
    local answers = {}
    for at = 3 + sets, #args, 4 do
      local id, answer = args[at], 'U'
      local head = redis.call('HGET', keys[1], id)
      if head and head:sub(2, 33) == args[at + 1] then
        if head:sub(1, 1) == 'E' then
          if now < struct.unpack('>I8', head, 35) then answer = 'E' .. head:sub(34, 34) end
        else
          local end_at, limit = ends(head)
          local role = head:sub(88, 87 + head:byte(87))
          if now >= end_at then
            answer = 'E' .. limit
          elseif head:byte(82) ~= 0 then
            answer = 'K'
          elseif not args[3 + args[at + 3]]:find('\n' .. role .. '\n', 1, true) then
            answer = 'R' .. role
          else
            if args[at + 2] == '1' and now > struct.unpack('>I8', head, 58) then
              head = head:sub(1, 57) .. struct.pack('>I8', now) .. head:sub(66)
              redis.call('HSET', keys[1], id, head)
            end
            answer = head
          end
        end
      end
      answers[#answers + 1] = answer
    end
    return answers
  end,
  flags = {'allow-oom'},
}

-- Puts down what persons did, for many: id, hash of the token, when. '1' for each that may be extended still; one that
-- ended, was locked or has another token is not touched.
redis.register_function{
  function_name = 'wl_session_touch',
  callback = function(keys, args)
    local answers = {}
    for at = 1, #args, 3 do
      local id, active = args[at], args[at + 2] + 0
      local head, answer = redis.call('HGET', keys[1], id), 0
      if head and head:sub(1, 1) == 'L' and head:sub(2, 33) == args[at + 1] and head:byte(82) == 0
        and active < ends(head) then
        answer = 1
        if active > struct.unpack('>I8', head, 58) then
          redis.call('HSET', keys[1], id, head:sub(1, 57) .. struct.pack('>I8', active) .. head:sub(66))
        end
      end
      answers[#answers + 1] = answer
    end
    return answers
  end,
  flags = {'allow-oom'},
}

-- Whether there are sessions in a shard: '1', or '0'. Who listens asks this to know that nothing was missed. It counts as a
-- function that writes, as a check does.
redis.register_function{
  function_name = 'wl_session_pulse',
  callback = function(keys) return redis.call('EXISTS', keys[1]) end,
  flags = {'allow-oom'},
}

-- Puts another head in the place of the one that was read: id, the one read, the new one, when it ends, what is
-- sealed (empty when that does not change), and for an event its kind and when. 'other' and the head now when another is there.
redis.register_function('wl_session_swap', function(keys, args)
  local found = redis.call('HGET', keys[1], args[1])
  if found ~= args[2] and found ~= args[3] then return { 'other', found or '' } end
  redis.call('HSET', keys[1], args[1], args[3])
  redis.call('ZADD', keys[3], args[4], args[1])
  if args[5] and args[5] ~= '' then redis.call('HSET', keys[2], args[1], args[5]) end
  if args[6] and found ~= args[3] then
    happened(keys, args[1], args[3], args[6], version_of(args[3]), args[7] + 0)
  end
  tell(args[1])
  return { 'done' }
end)

-- Ends sessions that live: now, cause, told until, ids. For each its head, or nothing.
redis.register_function{
  function_name = 'wl_session_end',
  callback = function(keys, args)
    local ended, told = {}, {}
    for at = 4, #args do
      local id = args[at]
      local head = redis.call('HGET', keys[1], id)
      ended[at - 3] = ''
      if head and head:sub(1, 1) == 'L' then
        if args[1] + 0 < ends(head) then
          bury(keys, id, head, args[2], args[1] + 0, args[3] + 0)
          ended[at - 3] = head
          told[#told + 1] = id
        end
      elseif head then
        -- A repetition is confirmed by replicas as well: only what is written is waited for.
        redis.call('HSET', keys[1], id, head)
      end
    end
    tell(table.concat(told))
    return ended
  end,
  flags = {'allow-oom'},
}

-- Finds what limits of time have ended: now, how many to look at. Answers '1' when there may be more, the time looked
-- up to, then ids and when each ended. Puts right when others are to be looked at, and forgets what need not be told.
redis.register_function{
  function_name = 'wl_session_due',
  callback = function(keys, args)
    local now, limit = args[1] + 0, args[2] + 0
    local due = redis.call('ZRANGE', keys[3], '-inf', args[1], 'BYSCORE', 'LIMIT', 0, limit, 'WITHSCORES')
    local found = { #due == 2 * limit and '1' or '0', due[#due] or '0' }
    for at = 1, #due, 2 do
      local id = due[at]
      local head = redis.call('HGET', keys[1], id)
      if not head or head:sub(1, 1) == 'E' then
        redis.call('HDEL', keys[1], id)
        redis.call('ZREM', keys[3], id)
      else
        local end_at = ends(head)
        if end_at > now then
          redis.call('ZADD', keys[3], text(end_at), id)
        else
          found[#found + 1] = id
          found[#found + 1] = text(end_at)
        end
      end
    end
    return found
  end,
  flags = {'allow-oom'},
}

-- Takes away what limits of time have ended: now, told until, ids. For each its head, or nothing: somebody else took it.
redis.register_function{
  function_name = 'wl_session_take',
  callback = function(keys, args)
    local taken, told = {}, {}
    for at = 3, #args do
      local id = args[at]
      local head = redis.call('HGET', keys[1], id)
      taken[at - 2] = ''
      if head and head:sub(1, 1) == 'L' then
        local end_at, limit = ends(head)
        if args[1] + 0 >= end_at then
          bury(keys, id, head, limit, args[1] + 0, args[2] + 0)
          taken[at - 2] = head
          told[#told + 1] = id
        end
      end
    end
    tell(table.concat(told))
    return taken
  end,
  flags = {'allow-oom'},
}

-- One session: id. Its head, and what is sealed; nothing when it does not live.
redis.register_function{
  function_name = 'wl_session_get',
  callback = function(keys, args)
    local head = redis.call('HGET', keys[1], args[1])
    if not head or head:sub(1, 1) ~= 'L' then return {} end
    return { head, redis.call('HGET', keys[2], args[1]) or '' }
  end,
  flags = {'no-writes'},
}

-- Whether a head matches: now, role, department, portal, state ('L', 'A', or empty), from `at` on; empty is any.
local function matches(head, args, at)
  if not head or head:sub(1, 1) ~= 'L' or args[at] + 0 >= ends(head) then return false end
  local state = args[at + 4]
  if state ~= '' and (state == 'L') ~= (head:byte(82) ~= 0) then return false end
  local place = 87
  for part = 1, 3 do
    local length, wanted = head:byte(place), args[at + part]
    if wanted ~= '' and head:sub(place + 1, place + length) ~= wanted then return false end
    place = place + 1 + length
  end
  return true
end

-- Goes through a shard, newest first: how many to look at, how many to give (0: count only), where to begin as ZRANGE
-- BYLEX says it; then what matches() takes. Answers how many matched, '1' when it came to the end, the last id looked
-- at; then id, head and sealed facts of each that is given.
redis.register_function{
  function_name = 'wl_session_scan',
  callback = function(keys, args)
    local limit, wanted = args[1] + 0, args[2] + 0
    local ids = redis.call('ZRANGE', keys[4], args[3], '-', 'BYLEX', 'REV', 'LIMIT', 0, limit)
    local found = { 0, #ids < limit and '1' or '0', '' }
    for at, id in ipairs(ids) do
      found[3] = id
      local head = redis.call('HGET', keys[1], id)
      if matches(head, args, 4) then
        found[1] = found[1] + 1
        if wanted > 0 then
          local sealed = redis.call('HGET', keys[2], id) or '\0\0\0\0'
          local length = struct.unpack('>I4', sealed)
          found[#found + 1] = id
          found[#found + 1] = head
          found[#found + 1] = sealed:sub(5, 4 + length)
          if found[1] == wanted then
            if at < #ids then found[2] = '0' end
            break
          end
        end
      end
    end
    return found
  end,
  flags = {'no-writes'},
}

-- How many live: now. Only what is due is looked at.
redis.register_function{
  function_name = 'wl_session_live',
  callback = function(keys, args)
    local count = redis.call('ZCARD', keys[4])
    local due = redis.call('ZRANGE', keys[3], '-inf', args[1], 'BYSCORE')
    for _, id in ipairs(due) do
      local head = redis.call('HGET', keys[1], id)
      if head and head:sub(1, 1) == 'L' and args[1] + 0 >= ends(head) then count = count - 1 end
    end
    return count
  end,
  flags = {'no-writes'},
}

-- A user's list: id -> when it was created; 'v' -> the id that was added last, which tells one list from another.
--
-- Adds a session: id, created, the 'v' that was read, how long the list is kept (ms), ids that live no more. 'other' when
-- the list is another one by now.
redis.register_function('wl_user_add', function(keys, args)
  local key, id = keys[1], args[1]
  if not redis.call('HGET', key, id) then
    if (redis.call('HGET', key, 'v') or '') ~= args[3] then return 'other' end
    for at = 5, #args do redis.call('HDEL', key, args[at]) end
  end
  redis.call('HSET', key, id, args[2], 'v', id)
  if redis.call('PTTL', key) < args[4] + 0 then redis.call('PEXPIRE', key, args[4]) end
  return 'done'
end)

-- Takes sessions that live no more off a user's list: ids.
redis.register_function{
  function_name = 'wl_user_drop',
  callback = function(keys, args)
    for _, id in ipairs(args) do redis.call('HDEL', keys[1], id) end
    if redis.call('HLEN', keys[1]) == 1 and redis.call('HGET', keys[1], 'v') then redis.call('DEL', keys[1]) end
    return 'done'
  end,
  flags = {'allow-oom'},
}
