package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Page;
import io.holdfast.operations.gate.Met;
import io.holdfast.operations.proof.Verdict;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** What the gate said, for whoever asks. */
record GateView(List<Met> met) implements Answer {
  /** For whom it is. */
  enum Format {
    TEXT,
    JSON,
    JUNIT,
    NAGIOS,
    GITHUB;

    static Format of(String word) {
      for (Format format : values()) {
        if (format.name().toLowerCase(Locale.ROOT).equals(word)) {
          return format;
        }
      }
      throw new HoldfastException(
          ExitStatus.USAGE,
          "'" + word + "' is no format",
          "Say text, json, junit, nagios or github.");
    }
  }

  ExitStatus status() {
    if (met.stream().anyMatch(each -> each.verdict() == Verdict.FAILED)) {
      return ExitStatus.NO;
    }
    boolean all = met.stream().allMatch(each -> each.verdict() == Verdict.PASSED);
    return all && !met.isEmpty() ? ExitStatus.DONE : ExitStatus.UNVERIFIED;
  }

  @Override
  public Object json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("met", status() == ExitStatus.DONE);
    json.put("status", word());
    json.put(
        "demands",
        met.stream()
            .map(each -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("cluster", each.cluster());
              one.put("demand", each.demand());
              one.put("verdict", each.verdict().word());
              one.put("expected", each.expected());
              one.put("found", each.found());
              return one;
            })
            .toList());
    return json;
  }

  private String word() {
    return switch (status()) {
      case DONE -> "met";
      case NO -> "not met";
      default -> "could not verify";
    };
  }

  @Override
  public void print(Page page) {
    for (Met each : met) {
      page.line(mark(each) + "  " + each.cluster() + " " + each.demand() + ": " + sentence(each));
    }
  }

  private static String mark(Met met) {
    return switch (met.verdict()) {
      case PASSED -> "ok     ";
      case FAILED -> "NOT MET";
      case UNVERIFIED -> "UNKNOWN";
    };
  }

  private static String sentence(Met met) {
    return "expected " + met.expected() + ", found " + met.found();
  }

  void print(PrintStream out, Format format) {
    Page page = new Page(out);
    switch (format) {
      case TEXT, JSON -> throw new IllegalArgumentException("the console prints these");
      case JUNIT -> page.line(junit());
      case NAGIOS -> page.line(nagios());
      case GITHUB -> met.forEach(each -> page.line(github(each)));
    }
    out.flush();
  }

  private String nagios() {
    String state =
        switch (status()) {
          case DONE -> "OK";
          case NO -> "CRITICAL";
          default -> "UNKNOWN";
        };
    // '|' begins performance data.
    return "HOLDFAST "
        + state
        + " - "
        + String.join(
                "; ",
                met.stream()
                    .map(each ->
                        (each.verdict() == Verdict.PASSED ? "" : mark(each).strip() + " ")
                            + each.cluster()
                            + " "
                            + each.demand()
                            + ": "
                            + (each.verdict() == Verdict.PASSED ? each.found() : sentence(each)))
                    .toList())
            .replace('|', '/')
            .replace('\n', ' ');
  }

  /** A workflow command; its own characters are escaped as the runner wants them. */
  private static String github(Met met) {
    String kind =
        switch (met.verdict()) {
          case PASSED -> "notice";
          case FAILED -> "error";
          case UNVERIFIED -> "warning";
        };
    return "::"
        + kind
        + " title=Backups of "
        + met.cluster()
        + " - "
        + met.demand()
        + "::"
        + sentence(met).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private String junit() {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "holdfast check");
      xml.writeAttribute("tests", Integer.toString(met.size()));
      xml.writeAttribute("failures", Long.toString(count(Verdict.FAILED)));
      xml.writeAttribute("errors", Long.toString(count(Verdict.UNVERIFIED)));
      for (Met each : met) {
        testCase(xml, each);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }

  private long count(Verdict verdict) {
    return met.stream().filter(each -> each.verdict() == verdict).count();
  }

  private static void testCase(XMLStreamWriter xml, Met met) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "holdfast." + met.cluster());
    xml.writeAttribute("name", met.demand());
    if (met.verdict() != Verdict.PASSED) {
      xml.writeStartElement(met.verdict() == Verdict.FAILED ? "failure" : "error");
      xml.writeAttribute("message", sentence(met));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }
}
