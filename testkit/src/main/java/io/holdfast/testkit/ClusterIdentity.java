package io.holdfast.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Gives a stopped copy of a fresh cluster a system identifier of its own, so that copies of one
 * template are clusters that have nothing to do with each other. The identifier stands in
 * pg_control (first eight bytes, under the file's CRC) and in the first page header of each WAL
 * segment (byte 24; headers have no CRC).
 */
final class ClusterIdentity {
  private static final int WAL_HEADER_PLACE = 24;

  private ClusterIdentity() {}

  static void change(Path dataDirectory, long identifier) throws IOException {
    Path file = dataDirectory.resolve("global/pg_control");
    ByteBuffer control = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    int crcPlace = crcPlace(control);
    control.putLong(0, identifier);
    control.putInt(crcPlace, crc(control, crcPlace));
    Files.write(file, control.array(), StandardOpenOption.WRITE);
    try (DirectoryStream<Path> segments =
        Files.newDirectoryStream(dataDirectory.resolve("pg_wal"), "0000*")) {
      for (Path segment : segments) {
        changeHeader(segment, identifier);
      }
    }
  }

  private static void changeHeader(Path segment, long identifier) throws IOException {
    try (var channel = Files.newByteChannel(segment, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
      bytes.putLong(0, identifier);
      channel.position(WAL_HEADER_PLACE);
      channel.write(bytes);
    }
  }

  /** The CRC's place depends on the version; it is where the CRC of all before it stands. */
  private static int crcPlace(ByteBuffer control) {
    for (int place = 200; place < 512; place += 4) {
      if (crc(control, place) == control.getInt(place)) {
        return place;
      }
    }
    throw new IllegalStateException("no CRC in pg_control");
  }

  private static int crc(ByteBuffer control, int length) {
    CRC32C crc = new CRC32C();
    crc.update(control.duplicate().limit(length).position(0));
    return (int) crc.getValue();
  }
}
