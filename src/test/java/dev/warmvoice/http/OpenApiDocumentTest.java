package dev.warmvoice.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.warmvoice.http.speech.SpeechBody;
import io.vertx.core.json.JsonObject;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the OpenAPI document says of the API is what the code does. */
class OpenApiDocumentTest {

    private final JsonObject document = new JsonObject(
            Files.readString(java.nio.file.Path.of("src/main/resources/openapi.json")));

    OpenApiDocumentTest() throws IOException {
    }

    @Test
    void hasEachRoute() {
        Set<String> routes = new TreeSet<>();
        for (JavaClass resource : new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.warmvoice.http")) {
            if (resource.isAnnotatedWith(Path.class) && resource.getPackageName().equals("dev.warmvoice.http")) {
                routes.addAll(routesOf(resource.reflect()));
            }
        }
        Set<String> documented = new TreeSet<>();
        document.getJsonObject("paths").forEach(path -> ((JsonObject) path.getValue()).fieldNames()
                .forEach(method -> documented.add(method.toUpperCase() + " " + path.getKey())));
        assertThat(documented).isEqualTo(routes).isNotEmpty();
    }

    private static List<String> routesOf(Class<?> resource) {
        return Arrays.stream(resource.getDeclaredMethods()).filter(method -> !verb(method).isEmpty())
                .map(method -> verb(method) + " " + resource.getAnnotation(Path.class).value()
                        + (method.isAnnotationPresent(Path.class) ? method.getAnnotation(Path.class).value() : ""))
                .toList();
    }

    private static String verb(Method method) {
        return Arrays.stream(method.getAnnotations()).map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value()).findFirst().orElse("");
    }

    @Test
    void hasEachFieldOfARequestWithItsBounds() {
        ObjectMapper mapper = new ObjectMapper();
        List<BeanPropertyDefinition> fields = mapper.getDeserializationConfig()
                .introspect(mapper.constructType(SpeechBody.class)).findProperties();
        JsonObject documented = fields();
        assertThat(documented.fieldNames())
                .containsExactlyInAnyOrderElementsOf(fields.stream().map(BeanPropertyDefinition::getName).toList());
        for (BeanPropertyDefinition field : fields) {
            RecordComponent component = Arrays.stream(SpeechBody.class.getRecordComponents())
                    .filter(each -> each.getName().equals(field.getInternalName())).findFirst().orElseThrow();
            assertThat(bounds(documented.getJsonObject(field.getName()))).as(field.getName())
                    .isEqualTo(bounds(component));
        }
    }

    private JsonObject fields() {
        JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
        JsonObject withInput = schemas.getJsonObject("SpeechRequest").getJsonArray("allOf").getJsonObject(1);
        return schemas.getJsonObject("SpeechParameters").getJsonObject("properties").copy()
                .mergeIn(withInput.getJsonObject("properties"));
    }

    private static String bounds(JsonObject field) {
        return number(field.getNumber("minimum")) + " " + number(field.getNumber("maximum")) + " "
                + number(field.getNumber("maxLength"));
    }

    private static String bounds(RecordComponent component) {
        // The compiler hands them on to the accessor.
        Method field = component.getAccessor();
        String min = null;
        String max = null;
        if (field.isAnnotationPresent(DecimalMin.class)) {
            min = field.getAnnotation(DecimalMin.class).value();
            max = field.getAnnotation(DecimalMax.class).value();
        } else if (field.isAnnotationPresent(Min.class)) {
            min = Long.toString(field.getAnnotation(Min.class).value());
            max = Long.toString(field.getAnnotation(Max.class).value());
        }
        Size size = field.getAnnotation(Size.class);
        return min + " " + max + " " + (size == null ? null : size.max());
    }

    private static String number(Number number) {
        return number == null ? null : number.toString();
    }
}
