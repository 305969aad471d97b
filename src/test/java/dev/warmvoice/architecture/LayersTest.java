package dev.warmvoice.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The allowed calls between packages, as each {@code package-info.java} states them. */
class LayersTest {

    private static JavaClasses product;
    private static JavaClasses emulator;

    @BeforeAll
    static void read() {
        product = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.warmvoice");
        emulator = new ClassFileImporter().importPath(Path.of("target", "emulator", "classes"));
    }

    @Test
    void eachLayerCallsOnlyLowerLayers() {
        layers("time", "dashscope", "pool", "speech", "http", "host")
                .whereLayer("http").mayNotBeAccessedByAnyLayer()
                .whereLayer("host").mayOnlyBeAccessedByLayers("http")
                .whereLayer("speech").mayOnlyBeAccessedByLayers("http")
                .whereLayer("pool").mayOnlyBeAccessedByLayers("speech", "host")
                .whereLayer("dashscope").mayOnlyBeAccessedByLayers("pool", "speech")
                .whereLayer("time").mayOnlyBeAccessedByLayers("pool", "speech", "http")
                .check(product);
    }

    @Test
    void subpackagesOfHttpCallEachOtherInOneDirection() {
        layers("http.error", "http.server", "http.auth", "http.captions", "http.usage", "http.speech", "http.live",
                "http.dev")
                .whereLayer("http.dev").mayNotBeAccessedByAnyLayer()
                .whereLayer("http.live").mayNotBeAccessedByAnyLayer()
                .whereLayer("http.speech").mayOnlyBeAccessedByLayers("http.live")
                .whereLayer("http.usage").mayOnlyBeAccessedByLayers("http.speech")
                .whereLayer("http.captions").mayOnlyBeAccessedByLayers("http.live", "http.speech")
                .whereLayer("http.auth").mayOnlyBeAccessedByLayers("http.live", "http.speech", "http.captions")
                .whereLayer("http.server").mayOnlyBeAccessedByLayers("http.live", "http.speech", "http.auth")
                .ignoreDependency(DescribedPredicate.describe("the routes",
                        origin -> origin.getPackageName().equals("dev.warmvoice.http")),
                        DescribedPredicate.alwaysTrue())
                .check(product);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.warmvoice.(**)").should().beFreeOfCycles().check(product);
    }

    @Test
    void productAndEmulatorShareNothing() {
        noClasses().that().resideInAPackage("dev.warmvoice.emulator..").should().dependOnClassesThat(
                resideInAPackage("dev.warmvoice..").and(resideOutsideOfPackage("dev.warmvoice.emulator..")))
                .check(emulator);
        noClasses().should().dependOnClassesThat(resideInAPackage("dev.warmvoice.emulator..")).check(product);
    }

    private static LayeredArchitecture layers(String... packages) {
        LayeredArchitecture architecture = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : packages) {
            architecture = architecture.layer(name).definedBy("dev.warmvoice." + name + "..");
        }
        return architecture;
    }
}
