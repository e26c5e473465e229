-- Forgets a line: all of its keys.
return redis.call('UNLINK', unpack(KEYS))
