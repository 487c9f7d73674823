package org.dalrn.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The arrows of the floor plan (between modules) and of the style guide (inside a module), read from the byte code. */
class FloorPlanTest {

    /** A place with classes and the places whose classes it may use; the places of one list know only these arrows. */
    record Place(String root, Set<String> mayUse) {

        static Place of(String root, String... mayUse) {
            return new Place(root, Set.of(mayUse));
        }

        /** A pattern of ArchUnit: a name that ends in a dot means this very package, any other one its subpackages too. */
        static String pattern(String root) {
            return root.endsWith(".") ? root.substring(0, root.length() - 1) : root + "..";
        }

        @Override
        public String toString() {
            return root;
        }
    }

    static final List<Place> MODULES = List.of(
            Place.of("org.dalrn.core"),
            Place.of("org.dalrn.protocol"),
            Place.of("org.dalrn.privacy"),
            Place.of("org.dalrn.fhe"),
            Place.of("org.dalrn.podp"),
            Place.of(
                    "org.dalrn.client",
                    "org.dalrn.core",
                    "org.dalrn.protocol",
                    "org.dalrn.privacy",
                    "org.dalrn.fhe",
                    "org.dalrn.podp"),
            Place.of(
                    "org.dalrn.server",
                    "org.dalrn.core",
                    "org.dalrn.protocol",
                    "org.dalrn.privacy",
                    "org.dalrn.fhe",
                    "org.dalrn.podp"),
            Place.of(
                    "org.dalrn.examples",
                    "org.dalrn.core",
                    "org.dalrn.protocol",
                    "org.dalrn.privacy",
                    "org.dalrn.fhe",
                    "org.dalrn.podp",
                    "org.dalrn.client",
                    "org.dalrn.server"));

    static final List<Place> CORE = List.of(
            Place.of("org.dalrn.core.model"),
            Place.of("org.dalrn.core.aggregation", "org.dalrn.core.model"),
            Place.of("org.dalrn.core.strategy", "org.dalrn.core.model", "org.dalrn.core.aggregation"),
            Place.of("org.dalrn.core.incentive.exact"),
            Place.of("org.dalrn.core.incentive.game", "org.dalrn.core.incentive.exact"),
            Place.of("org.dalrn.core.incentive.effort", "org.dalrn.core.model", "org.dalrn.core.incentive.exact"),
            Place.of("org.dalrn.core.incentive.bargaining", "org.dalrn.core.model", "org.dalrn.core.incentive.exact"),
            // Sub-models of a round are the strategy's step from exact sums of subsets.
            Place.of(
                    "org.dalrn.core.incentive.contribution",
                    "org.dalrn.core.model",
                    "org.dalrn.core.aggregation",
                    "org.dalrn.core.strategy",
                    "org.dalrn.core.incentive.exact"),
            Place.of(
                    "org.dalrn.core.incentive.",
                    "org.dalrn.core.model",
                    "org.dalrn.core.incentive.exact",
                    "org.dalrn.core.incentive.bargaining",
                    "org.dalrn.core.incentive.contribution"),
            Place.of("org.dalrn.core.similarity", "org.dalrn.core.model"),
            Place.of(
                    "org.dalrn.core.round",
                    "org.dalrn.core.model",
                    "org.dalrn.core.aggregation",
                    "org.dalrn.core.strategy",
                    "org.dalrn.core.incentive.",
                    "org.dalrn.core.incentive.exact",
                    "org.dalrn.core.incentive.bargaining",
                    "org.dalrn.core.incentive.contribution",
                    "org.dalrn.core.similarity"));

    static final List<Place> PRIVACY = List.of(
            Place.of("org.dalrn.privacy."),
            Place.of("org.dalrn.privacy.noise", "org.dalrn.privacy."),
            Place.of("org.dalrn.privacy.sampling", "org.dalrn.privacy.", "org.dalrn.privacy.noise"),
            Place.of("org.dalrn.privacy.clipping", "org.dalrn.privacy.", "org.dalrn.privacy.noise"),
            Place.of(
                    "org.dalrn.privacy.mechanism",
                    "org.dalrn.privacy.",
                    "org.dalrn.privacy.noise",
                    "org.dalrn.privacy.clipping"),
            Place.of(
                    "org.dalrn.privacy.aggregate",
                    "org.dalrn.privacy.",
                    "org.dalrn.privacy.noise",
                    "org.dalrn.privacy.clipping",
                    "org.dalrn.privacy.mechanism"),
            Place.of(
                    "org.dalrn.privacy.matrix",
                    "org.dalrn.privacy.",
                    "org.dalrn.privacy.noise",
                    "org.dalrn.privacy.clipping",
                    "org.dalrn.privacy.mechanism"),
            Place.of("org.dalrn.privacy.masking", "org.dalrn.privacy.", "org.dalrn.privacy.noise"),
            // What accounts knows no mechanism: it believes nobody but the events.
            Place.of("org.dalrn.privacy.accounting", "org.dalrn.privacy."),
            Place.of("org.dalrn.privacy.ledger", "org.dalrn.privacy.", "org.dalrn.privacy.accounting"),
            Place.of("org.dalrn.privacy.report", "org.dalrn.privacy.", "org.dalrn.privacy.accounting"),
            Place.of("org.dalrn.privacy.auditing", "org.dalrn.privacy.", "org.dalrn.privacy.accounting"));

    static final List<Place> PODP = List.of(
            Place.of("org.dalrn.podp."),
            Place.of("org.dalrn.podp.canonical", "org.dalrn.podp."),
            Place.of("org.dalrn.podp.receipt", "org.dalrn.podp.", "org.dalrn.podp.canonical"),
            // Trees and notes know no receipt: they hold any bytes.
            Place.of("org.dalrn.podp.merkle", "org.dalrn.podp."),
            Place.of("org.dalrn.podp.note", "org.dalrn.podp."),
            Place.of("org.dalrn.podp.log", "org.dalrn.podp.", "org.dalrn.podp.merkle", "org.dalrn.podp.note"),
            Place.of("org.dalrn.podp.witness", "org.dalrn.podp.", "org.dalrn.podp.merkle", "org.dalrn.podp.note"),
            Place.of("org.dalrn.podp.anchor", "org.dalrn.podp.", "org.dalrn.podp.merkle", "org.dalrn.podp.note"),
            Place.of(
                    "org.dalrn.podp.verify",
                    "org.dalrn.podp.",
                    "org.dalrn.podp.canonical",
                    "org.dalrn.podp.receipt",
                    "org.dalrn.podp.merkle",
                    "org.dalrn.podp.note",
                    "org.dalrn.podp.anchor"));

    static final List<Place> FHE = List.of(
            Place.of("org.dalrn.fhe."),
            Place.of("org.dalrn.fhe.ring", "org.dalrn.fhe."),
            Place.of("org.dalrn.fhe.rlwe", "org.dalrn.fhe.", "org.dalrn.fhe.ring"),
            Place.of("org.dalrn.fhe.ckks", "org.dalrn.fhe.", "org.dalrn.fhe.ring", "org.dalrn.fhe.rlwe"),
            Place.of("org.dalrn.fhe.committee", "org.dalrn.fhe.", "org.dalrn.fhe.ring"),
            Place.of(
                    "org.dalrn.fhe.aggregation",
                    "org.dalrn.fhe.",
                    "org.dalrn.fhe.ring",
                    "org.dalrn.fhe.rlwe",
                    "org.dalrn.fhe.committee"),
            Place.of(
                    "org.dalrn.fhe.multiparty",
                    "org.dalrn.fhe.",
                    "org.dalrn.fhe.ring",
                    "org.dalrn.fhe.rlwe",
                    "org.dalrn.fhe.ckks",
                    "org.dalrn.fhe.committee",
                    "org.dalrn.fhe.aggregation"),
            // Bytes of SEAL stand beside the arithmetic: nothing uses them.
            Place.of(
                    "org.dalrn.fhe.seal",
                    "org.dalrn.fhe.",
                    "org.dalrn.fhe.ring",
                    "org.dalrn.fhe.rlwe",
                    "org.dalrn.fhe.ckks"));

    /** The root package is the front door: it puts the server together, and only the command line knows it. */
    static final List<Place> SERVER = List.of(
            Place.of("org.dalrn.server.settings"),
            Place.of("org.dalrn.server.transport"),
            // The store implements the ports that the transport names.
            Place.of("org.dalrn.server.store", "org.dalrn.server.transport"),
            Place.of("org.dalrn.server.combine", "org.dalrn.server.store", "org.dalrn.server.transport"),
            Place.of(
                    "org.dalrn.server.rounds",
                    "org.dalrn.server.store",
                    "org.dalrn.server.transport",
                    "org.dalrn.server.combine"),
            Place.of("org.dalrn.server.witness", "org.dalrn.server.settings"),
            Place.of(
                    "org.dalrn.server.receipts",
                    "org.dalrn.server.store",
                    "org.dalrn.server.transport",
                    "org.dalrn.server.witness"),
            Place.of(
                    "org.dalrn.server.gateway",
                    "org.dalrn.server.settings",
                    "org.dalrn.server.store",
                    "org.dalrn.server.transport",
                    "org.dalrn.server.combine",
                    "org.dalrn.server.rounds"),
            Place.of(
                    "org.dalrn.server.",
                    "org.dalrn.server.settings",
                    "org.dalrn.server.store",
                    "org.dalrn.server.transport",
                    "org.dalrn.server.combine",
                    "org.dalrn.server.rounds",
                    "org.dalrn.server.receipts",
                    "org.dalrn.server.witness",
                    "org.dalrn.server.gateway"),
            Place.of(
                    "org.dalrn.server.cli",
                    "org.dalrn.server.settings",
                    "org.dalrn.server.store",
                    "org.dalrn.server.transport",
                    "org.dalrn.server.combine",
                    "org.dalrn.server.rounds",
                    "org.dalrn.server.receipts",
                    "org.dalrn.server.witness",
                    "org.dalrn.server.gateway",
                    "org.dalrn.server."));

    /** Places without a class so far; {@link #placesWithoutClasses_areStillEmpty} says when a line must go. */
    static final Set<String> WITHOUT_CLASSES = Set.of("org.dalrn.core.similarity");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("module-info") && !location.contains("package-info"))
            .importPackages("org.dalrn");

    @ParameterizedTest
    @FieldSource("MODULES")
    void module_usesOnlyTheModulesBelowIt(Place module) {
        assertOnlyAllowedArrows(module, MODULES);
    }

    @ParameterizedTest
    @FieldSource("CORE")
    void packageOfCore_usesOnlyThePackagesBelowIt(Place place) {
        assertOnlyAllowedArrows(place, CORE);
    }

    @ParameterizedTest
    @FieldSource("PRIVACY")
    void packageOfPrivacy_usesOnlyThePackagesBelowIt(Place place) {
        assertOnlyAllowedArrows(place, PRIVACY);
    }

    @ParameterizedTest
    @FieldSource("FHE")
    void packageOfFhe_usesOnlyThePackagesBelowIt(Place place) {
        assertOnlyAllowedArrows(place, FHE);
    }

    @ParameterizedTest
    @FieldSource("PODP")
    void packageOfPodp_usesOnlyThePackagesBelowIt(Place place) {
        assertOnlyAllowedArrows(place, PODP);
    }

    @ParameterizedTest
    @FieldSource("SERVER")
    void packageOfServer_usesOnlyThePackagesBelowIt(Place place) {
        assertOnlyAllowedArrows(place, SERVER);
    }

    @ParameterizedTest
    @FieldSource("JDK_ONLY")
    void groundFloor_usesOnlyTheJdk(String root) {
        classes()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .haveNameNotMatching(DOOR_TO_OPTIONAL_ZSTD)
                .and()
                .resideOutsideOfPackage(ACCOUNTING)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(root + "..", "java..", "javax..", "jdk..", "org.jspecify.annotations..")
                .allowEmptyShould(WITHOUT_CLASSES.contains(root))
                .check(CLASSES);
    }

    /** The one class of the ground floor that names a library, which may be missing: docs/adr/0011-zstd.md. */
    private static final String DOOR_TO_OPTIONAL_ZSTD = "org\\.dalrn\\.fhe\\.seal\\.Zstd(\\$.*)?";

    /** The one package of the ground floor that needs a library: docs/adr/0013-commons-numbers.md. */
    private static final String ACCOUNTING = "org.dalrn.privacy.accounting";

    @Test
    void accounting_usesOnlyTheJdkAndSpecialFunctions() {
        classes()
                .that()
                .resideInAPackage(ACCOUNTING)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.dalrn.privacy",
                        ACCOUNTING,
                        "java..",
                        "org.jspecify.annotations..",
                        "org.apache.commons.numbers.gamma")
                .check(CLASSES);
    }

    static final List<String> JDK_ONLY =
            List.of("org.dalrn.core", "org.dalrn.privacy", "org.dalrn.fhe", "org.dalrn.podp");

    @Test
    void protocol_usesOnlyTheJdkProtobufAndTheGrpcApi() {
        classes()
                .that()
                .resideInAPackage("org.dalrn.protocol..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.dalrn.protocol..",
                        "java..",
                        "javax..",
                        "org.jspecify.annotations..",
                        "com.google.protobuf..",
                        "io.grpc")
                .check(CLASSES);
    }

    @Test
    void placesWithoutClasses_areStillEmpty() {
        List<String> filled = WITHOUT_CLASSES.stream()
                .filter(root -> CLASSES.stream().anyMatch(type -> residesIn(type.getPackageName(), root)))
                .sorted()
                .toList();
        assertThat(filled)
                .as("these places have classes now: delete their lines from WITHOUT_CLASSES, so that their rules bite")
                .isEmpty();
    }

    @Test
    void placesWithoutClasses_areAllPlacesOfTheFloorPlan() {
        assertThat(Stream.of(MODULES, CORE, PRIVACY, FHE, PODP, SERVER)
                        .flatMap(List::stream)
                        .map(Place::root))
                .containsAll(WITHOUT_CLASSES);
    }

    private static boolean residesIn(String packageName, String root) {
        return root.endsWith(".")
                ? root.equals(packageName + ".")
                : packageName.equals(root) || packageName.startsWith(root + ".");
    }

    private static void assertOnlyAllowedArrows(Place place, List<Place> all) {
        String[] forbidden = all.stream()
                .map(Place::root)
                .filter(root -> !root.equals(place.root()) && !place.mayUse().contains(root))
                .map(Place::pattern)
                .toArray(String[]::new);
        if (forbidden.length == 0) {
            return;
        }
        noClasses()
                .that()
                .resideInAPackage(Place.pattern(place.root()))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .as("%s uses nothing of the floor plan but %s".formatted(place, place.mayUse()))
                .allowEmptyShould(WITHOUT_CLASSES.contains(place.root()))
                .check(CLASSES);
    }
}
