-- What is loaded: its revision and digest, which the caller compares with its own.
redis.register_function{
  function_name = 'wl_about',
  callback = function() return {REVISION, DIGEST} end,
  flags = {'no-writes', 'allow-stale', 'allow-oom'},
}
