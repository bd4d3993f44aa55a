package io.holdfast.acceptance;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house that the compiler cannot hold. Plain tests on purpose: runners of rule
 * fields have been seen to run nothing and stay green.
 */
class ArchitectureTest {
  private static final String BASE = "io.holdfast.";

  /** Which rooms a room may know. A room that is not here does not exist. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          entry("vocabulary", Set.of()),
          entry("scheduling", Set.of()),
          entry("storage", Set.of("vocabulary")),
          entry("s3", Set.of("vocabulary", "storage")),
          entry("sftp", Set.of("vocabulary", "storage")),
          entry("repository", Set.of("vocabulary", "storage")),
          entry("postgres", Set.of("vocabulary")),
          entry("embedded", Set.of("vocabulary")),
          entry("settings", Set.of("vocabulary", "scheduling")),
          entry("notifications", Set.of("vocabulary")),
          entry("testkit", Set.of("vocabulary", "storage", "embedded")),
          entry(
              "operations",
              Set.of("vocabulary", "storage", "repository", "postgres", "notifications")),
          entry(
              "metrics",
              Set.of("vocabulary", "scheduling", "repository", "postgres", "operations")),
          entry("telemetry", Set.of("vocabulary", "operations", "metrics")),
          entry("api", Set.of("vocabulary", "repository", "operations")),
          entry("service", Set.of("vocabulary", "scheduling", "repository", "operations")),
          entry("sharing", Set.of("vocabulary", "operations", "service")),
          entry(
              "cli",
              Set.of(
                  "sharing",
                  "vocabulary",
                  "scheduling",
                  "service",
                  "storage",
                  "s3",
                  "sftp",
                  "repository",
                  "postgres",
                  "embedded",
                  "settings",
                  "notifications",
                  "operations",
                  "metrics",
                  "telemetry",
                  "api")));

  /** A room seen with fewer classes than this was not seen. */
  private static final Map<String, Integer> AT_LEAST =
      Map.ofEntries(
          entry("vocabulary", 5),
          entry("scheduling", 5),
          entry("storage", 8),
          entry("s3", 15),
          entry("sftp", 15),
          entry("repository", 20),
          entry("postgres", 20),
          entry("embedded", 1),
          entry("settings", 0),
          entry("notifications", 20),
          entry("testkit", 1),
          entry("operations", 1),
          entry("metrics", 15),
          entry("telemetry", 5),
          entry("api", 25),
          entry("service", 8),
          entry("sharing", 2),
          entry("cli", 10));

  private static final List<String> CLOCKS =
      List.of(
          "java.time.Instant.now()",
          "java.time.InstantSource.system()",
          "java.time.Clock.systemUTC()",
          "java.time.Clock.systemDefaultZone()",
          "java.time.ZonedDateTime.now()",
          "java.time.OffsetDateTime.now()",
          "java.time.LocalDateTime.now()",
          "java.time.LocalDate.now()",
          "java.util.Date.<init>()",
          "java.lang.System.currentTimeMillis()");

  /** Who may read the machine's clock instead of being given one, and why. */
  private static final Map<String, String> MAY_READ_THE_CLOCK =
      Map.of(
          "io.holdfast.cli.Main", "hands it to everybody else",
          "io.holdfast.postgres.replication.PhysicalStream",
              "dates its feedback, which the server only shows",
          "io.holdfast.storage.memory.MemoryStorage", "dates its objects as a file system would",
          "io.holdfast.storage.local.LocalStorage", "compares with the file system's own dates",
          "io.holdfast.sftp.objects.SftpStorage", "compares with the server's dates",
          "io.holdfast.s3.objects.Locking", "says when locks end, which the store's clock decides",
          "io.holdfast.s3.objects.ProtectionProbe", "says when its own trial locks end");

  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Utils?|Helpers?|Manager|Common)");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.holdfast");

  @Test
  void everyRoomWasSeen() {
    Map<String, Long> seen = all().collect(groupingBy(ArchitectureTest::room, counting()));

    assertThat(seen).containsOnlyKeys(MAY_KNOW.keySet());
    AT_LEAST.forEach((room, floor) -> assertThat(seen.get(room)).as(room).isGreaterThan(floor));
  }

  @Test
  void roomsKnowOnlyTheRoomsTheyMay() {
    assertThat(
            between()
                .filter(use ->
                    !MAY_KNOW
                        .getOrDefault(room(use.getOriginClass()), Set.of())
                        .contains(target(use)))
                .map(Dependency::getDescription))
        .isEmpty();
  }

  @Test
  void roomsUseOnlyTheFrontOfOtherRooms() {
    assertThat(
            between().filter(use -> !isFront(use.getTargetClass())).map(Dependency::getDescription))
        .isEmpty();
  }

  @Test
  void noPackagesOfARoomKnowEachOtherInACircle() {
    for (String room : MAY_KNOW.keySet()) {
      slices()
          .matching(BASE + room + ".(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void onlyTheCommandLineTalksToTheStandardStreams() {
    assertThat(
            all()
                .filter(type -> !room(type).equals("cli"))
                .flatMap(type -> type.getFieldAccessesFromSelf().stream())
                .filter(access -> access.getTargetOwner().isEquivalentTo(System.class))
                .map(JavaAccess::getDescription))
        .isEmpty();
  }

  @Test
  void onlyTheRoomOfBucketsKnowsTheSdk() {
    List<JavaClass> knowing =
        all()
            .filter(type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(use -> use.getTargetClass().getName().startsWith("software.amazon.")))
            .toList();

    assertThat(knowing).isNotEmpty().allMatch(type -> room(type).equals("s3"));
  }

  @Test
  void onlyTheRoomOfServersKnowsTheSshLibrary() {
    List<JavaClass> knowing =
        all()
            .filter(type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(use -> use.getTargetClass().getName().startsWith("org.apache.sshd.")))
            .toList();

    assertThat(knowing).isNotEmpty().allMatch(type -> room(type).equals("sftp"));
  }

  @Test
  void onlyTheRoomOfTelemetryKnowsItsLibrary() {
    List<JavaClass> knowing =
        all()
            .filter(type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(
                        use -> use.getTargetClass().getName().startsWith("io.opentelemetry.")))
            .toList();

    assertThat(knowing).isNotEmpty().allMatch(type -> room(type).equals("telemetry"));
  }

  @Test
  void onlyTheRoomOfTheApiKnowsItsServer() {
    List<JavaClass> knowing =
        all()
            .filter(type ->
                type.getDirectDependenciesFromSelf().stream()
                    .map(use -> use.getTargetClass().getName())
                    .anyMatch(name ->
                        name.startsWith("io.javalin.") || name.startsWith("org.eclipse.jetty.")))
            .toList();

    assertThat(knowing).isNotEmpty().allMatch(type -> room(type).equals("api"));
  }

  @Test
  void onlyTheRoomOfNotificationsKnowsTheMailLibrary() {
    List<JavaClass> knowing =
        all()
            .filter(type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(use -> use.getTargetClass().getName().startsWith("jakarta.mail.")))
            .toList();

    assertThat(knowing).isNotEmpty().allMatch(type -> room(type).equals("notifications"));
  }

  @Test
  void onlyTheRoomOfMetricsKnowsPrometheus() {
    List<JavaClass> knowing =
        all()
            .filter(type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(use -> use.getTargetClass().getName().startsWith("io.prometheus.")))
            .toList();

    assertThat(knowing).isNotEmpty().allMatch(type -> room(type).equals("metrics"));
  }

  @Test
  void onlyTheListedReadTheMachinesClock() {
    assertThat(
            all()
                .filter(type -> !MAY_READ_THE_CLOCK.containsKey(outermost(type)))
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(access -> CLOCKS.contains(access.getTarget().getFullName()))
                .map(JavaAccess::getDescription))
        .isEmpty();
  }

  @Test
  void noClassHasANameThatSaysNothing() {
    assertThat(
            all()
                .filter(type -> EMPTY_NAME.matcher(type.getSimpleName()).matches())
                .map(JavaClass::getName))
        .isEmpty();
  }

  private static Stream<JavaClass> all() {
    return CLASSES.stream();
  }

  /** Every use of one room's class by another room's. */
  private static Stream<Dependency> between() {
    return all()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(use -> use.getTargetClass().getBaseComponentType().getName().startsWith(BASE))
        .filter(use -> !target(use).equals(room(use.getOriginClass())));
  }

  private static String target(Dependency use) {
    return room(use.getTargetClass().getBaseComponentType());
  }

  private static String room(JavaClass type) {
    return type.getPackageName().split("\\.", -1)[2];
  }

  private static boolean isFront(JavaClass type) {
    int levels = type.getBaseComponentType().getPackageName().split("\\.", -1).length;
    return levels == 3 || (levels == 4 && room(type.getBaseComponentType()).equals("operations"));
  }

  private static String outermost(JavaClass type) {
    int nested = type.getName().indexOf('$');
    return nested < 0 ? type.getName() : type.getName().substring(0, nested);
  }
}
