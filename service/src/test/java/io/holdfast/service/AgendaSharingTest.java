package io.holdfast.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.Lease;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What nodes leave to each other, and choose through a database. */
class AgendaSharingTest extends AgendaScene {
  @Test
  void whatAnotherNodeRunsIsLeftToIt() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.die(starter.last(), ExitStatus.LEASE_HELD.code());
    until(agenda, DUE.plusSeconds(30));
    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).containsExactly("began nightly/shop", "left nightly/shop");

    // The other one has done it.
    starter.end(starter.started.getFirst(), ExitStatus.DONE);
    until(agenda, DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).doesNotContain("failed nightly/shop");
  }

  @Test
  void whileSomebodyHasTheLeaseNothingIsCalledMissed() {
    Job job = nightly("shop");
    until(agenda(2, job), START.plusSeconds(60));
    try (Lease held = runs.take(job.name())) {
      held.ensureHeld();
      until(agenda(2, job), DUE);
      starter.die(starter.last(), ExitStatus.LEASE_HELD.code());
      until(agenda(2, job), DUE.plusSeconds(40));
    }
    assertThat(told.lines).doesNotContain("missed nightly/shop");
  }

  @Test
  void whatIsSharedIsStartedByTheNodeThatIsChosen() {
    MadeUpSharing choice = new MadeUpSharing();
    sharing = Optional.of(choice);
    Agenda agenda = agenda(1, nightly("a"));
    until(agenda, DUE.plusSeconds(30));
    assertThat(starter.started).isEmpty();
    assertThat(choice.offers).hasSize(1);

    choice.grant(agenda, choice.offers.getFirst());
    agenda.step();

    assertThat(starter.started).hasSize(1);
    assertThat(choice.settled).isEmpty();
    starter.end(starter.last(), ExitStatus.DONE);
    agenda.step();
    assertThat(choice.settled).containsExactly(choice.offers.getFirst());
    choice.grant(agenda, choice.offers.getFirst());
    agenda.step();
    assertThat(starter.started).as("done meanwhile").hasSize(1);
    assertThat(choice.settled).hasSize(2);
  }

  @Test
  void whatIsGrantedWithoutRoomIsGivenBack() {
    MadeUpSharing choice = new MadeUpSharing();
    sharing = Optional.of(choice);
    Agenda agenda = agenda(1, nightly("a"), nightly("b"));
    until(agenda, DUE.plusSeconds(30));
    choice.offers.forEach(offer -> choice.grant(agenda, offer));

    agenda.step();

    assertThat(starter.started).hasSize(1);
    assertThat(choice.settled).hasSize(1);
    until(agenda, DUE.plusSeconds(100));
    assertThat(choice.offers).as("offered again").hasSize(3);
  }

  @Test
  void whatWasGivenBackIsOfferedAsSoonAsThereIsRoom() {
    MadeUpSharing choice = new MadeUpSharing();
    sharing = Optional.of(choice);
    Agenda agenda =
        agenda(2, nightly("a"), job("weekly", "a", "daily 02:00", Job.Lane.WRITING), nightly("b"));
    until(agenda, DUE.plusSeconds(1));
    choice.offers.forEach(offer -> choice.grant(agenda, offer));
    agenda.step();
    assertThat(starter.started).as("of a one, and b").hasSize(2);
    assertThat(choice.settled).extracting(offer -> offer.job().text()).containsExactly("weekly/a");

    now = now.plusSeconds(4);
    starter.end(starter.started.getFirst(), ExitStatus.DONE);
    agenda.step();

    assertThat(choice.offers).hasSize(4);
    assertThat(choice.offers.getLast().job().text()).isEqualTo("weekly/a");
  }

  @Test
  void aClusterThatAnotherNodeWritesToIsWaitedForAndSoonBegun() {
    Job weekly = job("weekly", "shop", "sunday 02:00", Job.Lane.WRITING);
    Job check = job("check", "shop", "daily 02:00", Job.Lane.READING);
    Agenda agenda = agenda(2, nightly("shop"), weekly, check);
    until(agenda, DUE.minusSeconds(1));
    try (Lease held = runs.take(weekly.name())) {
      held.ensureHeld();
      until(agenda, DUE.plusSeconds(40));
      assertThat(starter.started)
          .extracting(each -> each.job().name().text())
          .containsExactly("check/shop");
    }

    until(agenda, now.plusSeconds(11));

    assertThat(starter.last().job().name().text()).isEqualTo("nightly/shop");
  }

  @Test
  void aChoiceThatIsNeverMadeDoesNotMeanThatNothingRuns() {
    sharing = Optional.of(new MadeUpSharing());
    Agenda agenda = agenda(1, nightly("a"));
    until(agenda, DUE.plusSeconds(170));
    assertThat(starter.started).isEmpty();

    until(agenda, DUE.plusSeconds(250));

    assertThat(starter.started).hasSize(1);
  }

  @Test
  void withoutTheChoiceANodeStartsByItself() {
    MadeUpSharing choice = new MadeUpSharing();
    sharing = Optional.of(choice);
    choice.trouble = Optional.of("away");
    Agenda agenda = agenda(1, nightly("a"));

    until(agenda, DUE.plusSeconds(30));

    assertThat(starter.started).hasSize(1);
    assertThat(choice.offers).isEmpty();
    assertThat(told.lines).containsOnlyOnce("trouble");
    choice.trouble = Optional.empty();
    starter.end(starter.last(), ExitStatus.DONE);
    agenda.step();
    assertThat(told.lines).containsOnlyOnce("over");
  }

  /** Chooses when it is told to. */
  private static final class MadeUpSharing implements Sharing {
    private final List<Offer> offers = new ArrayList<>();
    private final List<Offer> settled = new ArrayList<>();
    private Optional<String> trouble = Optional.empty();

    @Override
    public void begin(Consumer<Grant> grants) {}

    void grant(Agenda agenda, Offer offer) {
      agenda.granted(new Grant(offer, () -> settled.add(offer)));
    }

    @Override
    public boolean offer(Offer offer) {
      offers.add(offer);
      return true;
    }

    @Override
    public Optional<String> trouble() {
      return trouble;
    }

    @Override
    public void close() {}
  }
}
