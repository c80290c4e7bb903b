-- Leases: which instance of Wardline writes what only one may write.
--
-- KEYS[1] is the head of a tag. It holds the fence: a number that goes up with every change of hands, and who holds it;
-- and until when, by this server's clock. A commit is taken when its fence is the one in the head, so an instance that
-- was stopped for an hour writes nothing when it wakes; the time only says when somebody else may take over. The holder
-- is part of the fence, as a number that was given and not replicated may be given again after a failover.
--
-- Answers: 'owned', the fence, and the number of the last commit; 'held' and for how many milliseconds more; 'lost';
-- 'forgotten' (no lease was ever taken here: the server was emptied).

local function now_ms()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end

local function own(head, fence, ttl_ms, number)
  redis.call('HSET', head, 'fence', fence, 'until', string.format('%.0f', now_ms() + ttl_ms))
  return { 'owned', fence, number or '' }
end

-- A full memory must not cost anybody the lease.
local function register(name, callback)
  redis.register_function{ function_name = name, callback = callback, flags = { 'allow-oom' } }
end

-- Takes it if nobody holds it: holder (16 bytes), milliseconds.
register('wl_lease_acquire', function(keys, args)
  local stored = redis.call('HMGET', keys[1], 'fence', 'until', 'number')
  local fence, holder = stored[1], args[1]
  local number = 0
  if fence then
    local left = (stored[2] or '0') - now_ms()
    local is_mine = fence:sub(-16) == holder
    if left > 0 and not is_mine then return { 'held', string.format('%.0f', left) } end
    number = tonumber(fence:sub(1, 20))
  end
  return own(keys[1], string.format('%020.0f', number + 1) .. holder, args[2] + 0, stored[3])
end)

-- Holds it longer: fence, milliseconds.
register('wl_lease_renew', function(keys, args)
  local stored = redis.call('HMGET', keys[1], 'fence', 'until', 'number')
  if not stored[1] then return { 'forgotten' } end
  -- What was given back stays so: a renewal may have been on its way.
  if stored[1] ~= args[1] or stored[2] == '0' then return { 'lost' } end
  return own(keys[1], args[1], args[2] + 0, stored[3])
end)

-- Lets go of it: fence.
register('wl_lease_release', function(keys, args)
  if redis.call('HGET', keys[1], 'fence') ~= args[1] then return { 'lost' } end
  redis.call('HSET', keys[1], 'until', '0')
  return { 'free' }
end)
