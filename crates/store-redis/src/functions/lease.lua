-- Leases: which instance of Wardline writes what only one may write.
--
-- KEYS[1] is the head of a tag. It holds
--   fence   a number that goes up with every change of hands, and who holds it
--   beat    what the holder named its last renewal; it names none twice
--   lasts   for how many milliseconds it holds it from then on, by its own clock
--   until   the same by this server's clock; 0 when it was given back. Programs older than beats go by it
-- A commit is taken when its fence is the one in the head, so an instance that was stopped for an hour writes nothing
-- when it wakes. The holder is part of the fence, as a number that was given and not replicated may be given again after
-- a failover.
--
-- Who wants it looks again and again, and may take it once it has seen the same standing for as long as it lasts, by
-- a clock that nobody sets. This server's may be set, and another server's may differ.
--
-- Answers: 'owned', the fence, and the number of the last commit; 'free'; 'held', the standing and how long it lasts, or
-- to older programs for how many milliseconds more; 'lost'; 'forgotten' (no lease was ever taken here: the server was
-- emptied).

local function now_ms()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end

local function read(head)
  local stored = redis.call('HMGET', head, 'fence', 'until', 'number', 'beat', 'lasts')
  return { fence = stored[1], ends = stored[2] or '0', number = stored[3], beat = stored[4] or '', lasts = stored[5] }
end

local function own(head, fence, ttl_ms, beat, number)
  local ends = string.format('%.0f', now_ms() + ttl_ms)
  redis.call('HSET', head, 'fence', fence, 'until', ends, 'lasts', ttl_ms, 'beat', beat or '')
  return { 'owned', fence, number or '' }
end

local function is_free(stored, holder)
  return not stored.fence or stored.ends == '0' or stored.fence:sub(-16) == holder
end

-- Another one after every renewal: that of an older program names no beat and moves the time.
local function standing(stored)
  return stored.fence .. stored.ends .. ' ' .. stored.beat
end

-- What is told to who wants to hold it for so long itself. A holder that is older than this library has said nothing of
-- how long its lease lasts.
local function held(stored, ttl_ms)
  local lasts = stored.lasts or string.format('%.0f', math.max(ttl_ms, stored.ends - now_ms()))
  return { 'held', standing(stored), lasts }
end

local function hand_over(head, stored, holder, ttl_ms, beat)
  local number = stored.fence and tonumber(stored.fence:sub(1, 20)) or 0
  return own(head, string.format('%020.0f', number + 1) .. holder, ttl_ms, beat, stored.number)
end

-- A full memory must not cost anybody the lease.
local function register(name, callback)
  redis.register_function{ function_name = name, callback = callback, flags = { 'allow-oom' } }
end

-- Whose it is: holder (16 bytes), milliseconds.
redis.register_function{
  function_name = 'wl_lease_look',
  callback = function(keys, args)
    local stored = read(keys[1])
    if is_free(stored, args[1]) then return { 'free' } end
    return held(stored, args[2] + 0)
  end,
  flags = { 'no-writes' },
}

-- Takes it if it is free, or stands as was seen for so long: holder (16 bytes), milliseconds, beat, standing or nothing.
register('wl_lease_take', function(keys, args)
  local stored = read(keys[1])
  if not is_free(stored, args[1]) and standing(stored) ~= args[4] then return held(stored, args[2] + 0) end
  return hand_over(keys[1], stored, args[1], args[2] + 0, args[3])
end)

-- What programs older than beats take it by, by this server's clock: holder (16 bytes), milliseconds.
register('wl_lease_acquire', function(keys, args)
  local stored = read(keys[1])
  if not is_free(stored, args[1]) then
    local left = stored.ends - now_ms()
    if left > 0 then return { 'held', string.format('%.0f', left) } end
  end
  return hand_over(keys[1], stored, args[1], args[2] + 0)
end)

-- Holds it longer: fence, milliseconds, and of programs that know of it the beat.
register('wl_lease_renew', function(keys, args)
  local stored = read(keys[1])
  if not stored.fence then return { 'forgotten' } end
  -- What was given back stays so: a renewal may have been on its way.
  if stored.fence ~= args[1] or stored.ends == '0' then return { 'lost' } end
  return own(keys[1], args[1], args[2] + 0, args[3], stored.number)
end)

-- Lets go of it: fence.
register('wl_lease_release', function(keys, args)
  if redis.call('HGET', keys[1], 'fence') ~= args[1] then return { 'lost' } end
  redis.call('HSET', keys[1], 'until', '0')
  return { 'free' }
end)
