-- What happened to sessions, for every instance, in one order.
--
-- Shards are on several servers of a Cluster, so it takes two steps. What changes a session puts the event into its
-- shard's outbox (sessions.lua: `:e`). From there any instance puts it into the log; who does so twice, or at the same
-- time as another, changes nothing. An outbox is read with confirmation, so what is in the log has come through what the
-- durability setting says where it was made; an outbox lets go of what the log confirmed.
--
--   wl:{s:log}:e  stream: number-0 -> e, the event as in the outbox; empty where events were lost. Numbers go up by one
--   wl:{s:log}:t  hash: shard -> id of the last entry of its outbox that is in the log; and read, which says nothing

local CHANNEL = 'wl:e'

local function text(number)
  return string.format('%.0f', number)
end

-- The two numbers of an entry's id.
local function parts(id)
  local ms, nth = id:match('^(%d+)-(%d+)$')
  return ms + 0, nth + 0
end

local function is_later(id, other)
  local ms, nth = parts(id)
  local other_ms, other_nth = parts(other)
  return ms > other_ms or (ms == other_ms and nth > other_nth)
end

-- What a shard's outbox holds: the id up to which the log has it, or nothing; how many to give. That one and older ones are
-- let go. Answers ids and events.
redis.register_function{
  function_name = 'wl_session_outbox',
  callback = function(keys, args)
    if args[1] ~= '' then
      local ms, nth = parts(args[1])
      redis.call('XTRIM', keys[1], 'MINID', text(ms) .. '-' .. text(nth + 1))
    end
    local found = {}
    for _, entry in ipairs(redis.call('XRANGE', keys[1], '-', '+', 'COUNT', args[2])) do
      found[#found + 1] = entry[1]
      found[#found + 1] = entry[2][2]
    end
    -- What is given is confirmed by replicas first: only what this connection wrote is waited for (Redis 7.2, Valkey).
    if #found > 0 then
      local last = redis.call('XREVRANGE', keys[1], '+', '-', 'COUNT', 1)[1]
      redis.call('XSETID', keys[1], last[1])
    end
    return found
  end,
  flags = {'allow-oom'},
}

-- The number of the last event. A log that is new, or was emptied, begins where no other one's numbers were, and with that
-- what was before is not known.
local function last_of(log, now)
  local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if last then return (parts(last[1])) end
  local first = now * 1000
  redis.call('XADD', log, text(first) .. '-0', 'e', '')
  return first
end

-- Puts what outboxes held into the log, and reads it: now, the number after which to read, how many to give, how many
-- are kept; then for each outbox its shard, how many, and id and event of each. Answers the last number, then number and
-- event of each that is given.
redis.register_function{
  function_name = 'wl_session_log',
  callback = function(keys, args)
    local log, before = keys[1], last_of(keys[1], args[1] + 0)
    local last, at = before, 5
    while args[at] do
      local shard, count = args[at], args[at + 1] + 0
      local taken = redis.call('HGET', keys[2], shard) or '0-0'
      for place = at + 2, at + 2 * count, 2 do
        if is_later(args[place], taken) then
          last, taken = last + 1, args[place]
          redis.call('XADD', log, 'MAXLEN', '~', args[4], text(last) .. '-0', 'e', args[place + 1])
        end
      end
      redis.call('HSET', keys[2], shard, taken)
      at = at + 2 + 2 * count
    end
    if last > before then redis.call('PUBLISH', CHANNEL, text(last)) end
    -- A log that is only read is confirmed as well; see above.
    redis.call('HSET', keys[2], 'read', '')
    local found = { text(last) }
    for _, entry in ipairs(redis.call('XRANGE', log, '(' .. args[2] .. '-0', '+', 'COUNT', args[3])) do
      found[#found + 1] = text((parts(entry[1])))
      found[#found + 1] = entry[2][2]
    end
    -- What is given is confirmed by replicas first: only what this connection wrote is waited for (Redis 7.2, Valkey).
    if #found > 0 then
      local last = redis.call('XREVRANGE', keys[1], '+', '-', 'COUNT', 1)[1]
      redis.call('XSETID', keys[1], last[1])
    end
    return found
  end,
  flags = {'allow-oom'},
}
