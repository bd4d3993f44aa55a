package io.holdfast.operations.wal;

import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/**
 * What befell a file, in words. An exception of the file system often has nothing to say but the
 * file's name, which its reader was told already, or nothing at all.
 */
public final class FileTrouble {
  private FileTrouble() {}

  public static String reason(Exception cause) {
    return switch (cause) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or directory";
      case FileAlreadyExistsException _ -> "a file of that name is in the way";
      case ClosedChannelException _ -> "it was closed";
      case FileSystemException named when named.getReason() != null -> named.getReason();
      case FileSystemException named -> named.getClass().getSimpleName();
      case UncheckedIOException unchecked when unchecked.getCause() != null ->
          reason(Objects.requireNonNull(unchecked.getCause()));
      default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
  }
}
