package io.holdfast.sftp.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.sftp.common.SftpConstants;

/** Reads the answers of version 3 (draft-ietf-secsh-filexfer-02). */
final class Answers {
  private static final int SIZE = SftpConstants.SSH_FILEXFER_ATTR_SIZE;
  private static final int OWNER = SftpConstants.SSH_FILEXFER_ATTR_UIDGID;
  private static final int MODE = SftpConstants.SSH_FILEXFER_ATTR_PERMISSIONS;
  private static final int TIMES = SftpConstants.SSH_FILEXFER_ATTR_ACMODTIME;

  private Answers() {}

  /**
   * @throws StatusException if it is no
   */
  static void ok(Buffer answer) throws IOException {
    int type = type(answer);
    if (type != SftpConstants.SSH_FXP_STATUS) {
      throw unexpected(type);
    }
    int status = answer.getInt();
    if (status != SftpConstants.SSH_FX_OK) {
      throw refusal(status, answer);
    }
  }

  static byte[] handle(Buffer answer) throws IOException {
    expect(answer, SftpConstants.SSH_FXP_HANDLE);
    return answer.getBytes();
  }

  static FileStat stat(Buffer answer) throws IOException {
    expect(answer, SftpConstants.SSH_FXP_ATTRS);
    return attributes(answer);
  }

  /**
   * @return how many bytes came; -1 at the end of the file
   */
  static int data(Buffer answer, byte[] into, int at, int most) throws IOException {
    int type = type(answer);
    if (type == SftpConstants.SSH_FXP_STATUS) {
      int status = answer.getInt();
      if (status == SftpConstants.SSH_FX_EOF) {
        return -1;
      }
      throw refusal(status, answer);
    }
    if (type != SftpConstants.SSH_FXP_DATA) {
      throw unexpected(type);
    }
    int length = answer.getInt();
    if (length <= 0 || length > most || length > answer.available()) {
      throw new IOException("the server gave " + length + " bytes when asked for " + most);
    }
    answer.getRawBytes(into, at, length);
    return length;
  }

  /** Empty at the end of the directory. */
  static List<Entry> names(Buffer answer) throws IOException {
    int type = type(answer);
    List<Entry> names = new ArrayList<>();
    if (type == SftpConstants.SSH_FXP_STATUS) {
      int status = answer.getInt();
      if (status == SftpConstants.SSH_FX_EOF) {
        return names;
      }
      throw refusal(status, answer);
    }
    if (type != SftpConstants.SSH_FXP_NAME) {
      throw unexpected(type);
    }
    for (int left = answer.getInt(); left > 0; left--) {
      String name = answer.getString(StandardCharsets.UTF_8);
      answer.getString(StandardCharsets.UTF_8);
      names.add(new Entry(name, attributes(answer)));
    }
    return names;
  }

  private static FileStat attributes(Buffer answer) {
    int flags = answer.getInt();
    long size = (flags & SIZE) == 0 ? 0 : answer.getLong();
    if ((flags & OWNER) != 0) {
      answer.getInt();
      answer.getInt();
    }
    int mode = (flags & MODE) == 0 ? 0 : answer.getInt();
    long modified = 0;
    if ((flags & TIMES) != 0) {
      answer.getUInt();
      modified = answer.getUInt();
    }
    if ((flags & SftpConstants.SSH_FILEXFER_ATTR_EXTENDED) != 0) {
      for (int left = answer.getInt(); left > 0; left--) {
        answer.getBytes();
        answer.getBytes();
      }
    }
    return new FileStat(size, mode, Instant.ofEpochSecond(modified));
  }

  private static void expect(Buffer answer, int expected) throws IOException {
    int type = type(answer);
    if (type == SftpConstants.SSH_FXP_STATUS) {
      throw refusal(answer.getInt(), answer);
    }
    if (type != expected) {
      throw unexpected(type);
    }
  }

  private static int type(Buffer answer) {
    answer.getInt();
    int type = answer.getUByte();
    answer.getInt();
    return type;
  }

  private static StatusException refusal(int status, Buffer answer) {
    String message = answer.available() >= 4 ? answer.getString(StandardCharsets.UTF_8) : "";
    return new StatusException(status, message.isBlank() ? "status " + status : message);
  }

  private static IOException unexpected(int type) {
    return new IOException("the server answered with a packet of type " + type);
  }
}
