package io.holdfast.postgres.directory;

import io.holdfast.postgres.EntryReader.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** An open file of this machine: stays readable after it was removed. */
record LocalFile(Path path, FileChannel channel) implements OpenFile {
  @Override
  public int read(long at, byte[] into, int offset, int length) {
    ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
    int got = 0;
    try {
      while (got < length && channel.read(buffer, at + got) >= 0) {
        got = buffer.position() - offset;
      }
    } catch (IOException e) {
      throw LocalReader.failed(path, e);
    }
    return got;
  }

  @Override
  public long size() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw LocalReader.failed(path, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw LocalReader.failed(path, e);
    }
  }
}
