package dev.warmvoice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packaged artifacts contain neither the emulator nor its dependencies. */
class ProductionArtifactIT {

    private static final Path TARGET = Path.of("target");
    private static final Path EMULATOR = TARGET.resolve("emulator");
    private static final List<String> EMULATOR_ONLY = List.of("dev/warmvoice/emulator", "com/sun/speech/freetts",
            "de/sciss/jump3r", "io/github/jaredmdobson/concentus");

    @Test
    void noJarContainsTheEmulator() throws IOException {
        List<Path> jars = find(TARGET, ".jar").stream().filter(jar -> !jar.startsWith(EMULATOR)).toList();
        assertThat(jars).as("built jars").isNotEmpty();
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                assertThat(file.stream().map(entry -> entry.getName()))
                        .as(jar.toString()).noneMatch(name -> EMULATOR_ONLY.stream().anyMatch(name::startsWith));
            }
        }
    }

    @Test
    void noBinaryContainsTheEmulator() throws IOException {
        for (Path binary : find(TARGET, "-runner")) {
            String bytes = new String(Files.readAllBytes(binary), StandardCharsets.ISO_8859_1);
            assertThat(bytes.contains("dev.warmvoice.pool")).as("class names are readable in the binary").isTrue();
            for (String name : EMULATOR_ONLY) {
                assertThat(bytes.contains(name) || bytes.contains(name.replace('/', '.'))).as(name).isFalse();
            }
        }
    }

    @Test
    void billOfMaterialsListsExactlyTheShippedDependencies() throws IOException {
        JsonObject bill = new JsonObject(Files.readString(TARGET.resolve("warmvoice.cdx.json")));
        assertThat(bill.getString("bomFormat")).isEqualTo("CycloneDX");
        Set<String> listed = bill.getJsonArray("components").stream().map(JsonObject.class::cast)
                .map(component -> component.getString("group") + "." + component.getString("name") + "-"
                        + component.getString("version") + ".jar")
                .collect(Collectors.toSet());
        assertThat(listed).anyMatch(name -> name.startsWith("com.squareup.okhttp3.okhttp-4."))
                .anyMatch(name -> name.startsWith("com.alibaba.dashscope-sdk-java-"))
                .anyMatch(name -> name.startsWith("io.netty.netty-codec-http-"));
        assertThat(listed).noneMatch(name -> Stream.of("freetts", "jump3r", "concentus", "junit", "assertj")
                .anyMatch(name::contains));
        // The binary contains the dependencies. Quarkus renames the jars it transforms.
        assertThat(find(TARGET.resolve("lib"), ".jar")).extracting(jar -> jar.getFileName().toString())
                .allMatch(name -> listed.contains(name.replaceFirst("^modified-", "")));
    }

    @Test
    void noticeNamesEachWorkThatShips() throws IOException {
        JsonObject bill = new JsonObject(Files.readString(TARGET.resolve("warmvoice.cdx.json")));
        List<String> shipped = bill.getJsonArray("components").stream().map(JsonObject.class::cast)
                .map(component -> component.getString("group") + ":" + component.getString("name"))
                // Others have that of their own platform.
                .map(name -> name.replaceFirst("native-linux-.*", "native-linux-x86_64")).toList();
        List<String> named = Files.readAllLines(Path.of("NOTICE")).stream().filter(line -> line.matches("\\S+:\\S+"))
                .toList();
        assertThat(named).containsExactlyInAnyOrderElementsOf(shipped);
    }

    private static List<Path> find(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new ArrayList<>();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return new ArrayList<>(files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().endsWith(ending)).toList());
        }
    }
}
