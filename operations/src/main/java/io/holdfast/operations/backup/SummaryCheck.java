package io.holdfast.operations.backup;

import io.holdfast.operations.changes.ChangeMap;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
import io.holdfast.postgres.ServerSession;
import io.holdfast.postgres.ServerSession.SummarizedBlock;
import java.util.Optional;

/**
 * Compares what Holdfast found in WAL with what the server found in it, where the server makes
 * summaries of its own (17 on, summarize_wal): every page that it names must be known.
 */
final class SummaryCheck {
  private static final int BLOCKS = 2000;

  private final ServerSession session;
  private final int blocksPerSegment;

  SummaryCheck(ServerSession session, int blocksPerSegment) {
    this.session = session;
    this.blocksPerSegment = blocksPerSegment;
  }

  /** What the map lacks, for a person; empty if nothing was found that it does. */
  Optional<String> missing(ChangeMap changes, int timeline, Lsn from, Lsn to) {
    return session.summarizedBlocks(timeline, from, to, BLOCKS).stream()
        .filter(block -> !isKnown(changes, block))
        .findFirst()
        .map(block ->
            "the server's own WAL summaries name block "
                + block.block()
                + " of relation "
                + block.tablespace()
                + "/"
                + block.database()
                + "/"
                + block.relation()
                + ", which was not found in WAL");
  }

  private boolean isKnown(ChangeMap changes, SummarizedBlock block) {
    RelationFile file =
        new RelationFile(
            block.tablespace(),
            block.database(),
            block.relation(),
            Fork.MAIN,
            (int) (block.block() / blocksPerSegment));
    return changes.accountsFor(file, blocksPerSegment, block.block() % blocksPerSegment);
  }
}
