package dev.warmvoice.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The allowed calls between packages, as each {@code package-info.java} states them. */
class LayersTest {

    private static JavaClasses product;

    @BeforeAll
    static void read() {
        product = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.warmvoice");
    }

    @Test
    void eachLayerCallsOnlyLowerLayers() {
        layers("time", "dashscope", "pool", "speech", "http", "host", "emulator")
                .whereLayer("emulator").mayNotBeAccessedByAnyLayer()
                .whereLayer("http").mayNotBeAccessedByAnyLayer()
                .whereLayer("host").mayOnlyBeAccessedByLayers("http")
                .whereLayer("speech").mayOnlyBeAccessedByLayers("http")
                .whereLayer("pool").mayOnlyBeAccessedByLayers("speech", "host")
                // In dev mode the emulator provides its address to dashscope.
                .whereLayer("dashscope").mayOnlyBeAccessedByLayers("pool", "speech", "emulator")
                .whereLayer("time").mayOnlyBeAccessedByLayers("pool", "speech", "http")
                .check(product);
    }

    @Test
    void subpackagesOfHttpCallEachOtherInOneDirection() {
        layers("http.error", "http.server", "http.auth", "http.speech", "http.live")
                .whereLayer("http.live").mayNotBeAccessedByAnyLayer()
                .whereLayer("http.speech").mayOnlyBeAccessedByLayers("http.live")
                .whereLayer("http.auth").mayOnlyBeAccessedByLayers("http.live", "http.speech")
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

    private static LayeredArchitecture layers(String... packages) {
        LayeredArchitecture architecture = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : packages) {
            architecture = architecture.layer(name).definedBy("dev.warmvoice." + name + "..");
        }
        return architecture;
    }
}
