package dev.gatehouse.redis;

/** A user of Redis (ACL) and its password. */
public record RedisLogin(String username, String password) {

  /** The name alone: the password is in no text. */
  @Override
  public String toString() {
    return "RedisLogin[" + username + "]";
  }

  /** Where logins come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * The login to use now.
     *
     * @param renewed the login that was read before is refused: read it again at its origin
     */
    RedisLogin read(boolean renewed);
  }
}
