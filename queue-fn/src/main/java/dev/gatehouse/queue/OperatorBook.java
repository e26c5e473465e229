package dev.gatehouse.queue;

/** Where the changes of operators are kept, so that no loss of Redis opens a paused line. */
interface OperatorBook {
  /** The changes of a line; {@link OperatorTerms#NONE} where there are none. */
  Stored<OperatorTerms> read(Line line);

  /** Writes what has been read and changed; false where somebody else has written meanwhile. */
  Stored<Boolean> write(Line line, OperatorTerms terms);
}
