#!/bin/sh
# Starts Redis with a user for the service, whose password is in a secret. Without one there are only PING, for the
# health check, and HELLO, with which clients log in.
set -eu
password=$(cat /run/secrets/redis_password)

# From Redis 7.2 on the client also tells its version.
case $(redis-server --version) in
  *v=7.0.*) setinfo= ;;
  *) setinfo='+client|setinfo' ;;
esac

umask 077
cat >/tmp/users.acl <<ACL
user default on nopass resetkeys resetchannels -@all +ping +hello
user mes on >$password ~mes:* resetchannels -@all +get +getex +set +del +unlink +append +pexpire +pttl +mget +strlen +getrange +hmget +hmset +expire +zadd +zcard +zcount +zrange +zrem +zremrangebyscore +zscore +eval +evalsha +script|load +info +ping +echo +scan +client|id +client|setname +time +config|get +cluster|nodes +cluster|slots $setinfo
ACL

# A full Redis must refuse writes and not evict keys at random. The service then drops the affected entries. Its log is
# written once a second, because no promise depends on it: for a restarted Redis the service begins a new epoch, and
# never reads the data that came back with it.
# Not the protected mode: it would refuse every client of another machine, because a user without a password exists.
exec redis-server --dir /data --protected-mode no --aclfile /tmp/users.acl \
  --maxmemory "${REDIS_MAXMEMORY:-256mb}" --maxmemory-policy noeviction \
  --appendonly yes --appendfsync everysec --save ''
