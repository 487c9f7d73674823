package org.dalrn.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.dalrn.protocol.v1.FederationOuterClass;
import org.dalrn.protocol.v1.SignedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Source of truth: the service's descriptor as protoc made it, and protobuf's own writer. */
class ProtocolTest {

    private final MessageMarshaller<SignedRequest> requests = new MessageMarshaller<>(SignedRequest.parser());

    @Test
    void methods_ofTheService_areThoseOfTheProtoFile() {
        FederationMethods methods = FederationMethods.create();
        List<io.grpc.MethodDescriptor<?, ?>> ours =
                List.of(methods.enroll(), methods.session(), methods.download(), methods.upload());
        ServiceDescriptor service = FederationOuterClass.getDescriptor().findServiceByName("Federation");
        assertThat(service.getFullName()).isEqualTo(FederationMethods.SERVICE);
        assertThat(service.getMethods()).hasSize(ours.size());
        for (int i = 0; i < ours.size(); i++) {
            MethodDescriptor theirs = service.getMethods().get(i);
            assertThat(ours.get(i).getFullMethodName()).isEqualTo(service.getFullName() + "/" + theirs.getName());
            assertThat(ours.get(i).getType().clientSendsOneMessage()).isEqualTo(!theirs.isClientStreaming());
            assertThat(ours.get(i).getType().serverSendsOneMessage()).isEqualTo(!theirs.isServerStreaming());
        }
    }

    @Test
    void codes_all_haveUniqueNumbersOfFourDigits() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number)).allMatch(n -> n >= 1000 && n <= 9999);
        assertThat(ErrorCode.ofNumber(0)).isEmpty();
        assertThat(ErrorCode.ofNumber(-3012)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void code_numberAndLabel_leadBackToIt(ErrorCode code) {
        assertThat(ErrorCode.ofNumber(code.number())).contains(code);
        assertThat(code.label()).isEqualTo("DALRN-" + code.number()).matches("DALRN-[1-9][0-9]{3}");
    }

    @Test
    void marshaller_message_isProtobufsBytesBothWays() throws IOException {
        SignedRequest request = SignedRequest.newBuilder()
                .setNodeId("a")
                .setRound(9)
                .setBody(ByteString.copyFromUtf8("body"))
                .build();
        InputStream stream = requests.stream(request);
        assertThat(stream).isInstanceOf(KnownLength.class);
        assertThat(stream.available()).isEqualTo(request.getSerializedSize());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(((Drainable) stream).drainTo(out)).isEqualTo(request.getSerializedSize());
        assertThat(stream.read()).isEqualTo(-1);
        assertThat(out.toByteArray()).isEqualTo(request.toByteArray());
        assertThat(requests.parse(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(request);
    }

    @Test
    void marshaller_aboveTheLimit_isRefused() {
        SignedRequest fits = SignedRequest.newBuilder()
                .setBody(ByteString.copyFrom(new byte[FederationMethods.MAX_MESSAGE_BYTES - 4]))
                .build();
        assertThat(fits.getSerializedSize()).isEqualTo(FederationMethods.MAX_MESSAGE_BYTES);
        assertThat(requests.parse(fits.toByteString().newInput())).isEqualTo(fits);
        SignedRequest large = fits.toBuilder().setRound(1).build();
        assertThatThrownBy(() -> requests.parse(large.toByteString().newInput()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining(ErrorCode.MALFORMED_MESSAGE.label());
    }

    @Test
    void marshaller_truncatedAtEveryByte_isRefusedOrShorter() {
        SignedRequest request =
                SignedRequest.newBuilder().setNodeId("hospital").setRound(300).build();
        byte[] bytes = request.toByteArray();
        // Field 1 ends after 10 bytes: there, and before the first, a shorter message is whole.
        for (int end = 0; end < bytes.length; end++) {
            byte[] cut = Arrays.copyOf(bytes, end);
            if (end == 0 || end == 10) {
                assertThat(requests.parse(new ByteArrayInputStream(cut)).getRound())
                        .isZero();
            } else {
                assertThatThrownBy(() -> requests.parse(new ByteArrayInputStream(cut)))
                        .as("cut at " + end)
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining(ErrorCode.MALFORMED_MESSAGE.label());
            }
        }
        assertThatThrownBy(() -> requests.parse(new ByteArrayInputStream(new byte[] {0x0c})))
                .as("an end of a group that never began")
                .isInstanceOf(StatusRuntimeException.class);
    }
}
