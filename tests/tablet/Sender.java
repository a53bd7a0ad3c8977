import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Sends what one tablet has finalised, in the order it was, by hand or by itself. */
final class Sender {
    private final Device device;
    private final Options options;
    private final Report report;
    private final Uploader uploader;

    Sender(Device device, OpenRosaClient client) {
        this.device = device;
        this.options = device.options;
        this.report = device.report;
        this.uploader = new Uploader(client, report);
    }

    /** Sends all, and what failed once more as often as the options say; what fails last is a problem. */
    void run() throws Exception {
        Map<Path, Exception> failures = once();
        for (int retry = 0; retry < options.retries && !failures.isEmpty(); retry++) {
            report.count("sends_retried", failures.size());
            Thread.sleep(options.backOff(retry));
            failures = once();
        }
        failures.forEach((dir, cause) -> report.problem(device.name + " send " + dir.getFileName(), cause));
        report.count("send_failed", failures.size());
    }

    private Map<Path, Exception> once() throws IOException {
        Map<Path, Exception> failures = new LinkedHashMap<>();
        for (StoredInstance instance : pending()) {
            try {
                send(instance);
            } catch (AuthenticationRequested e) {
                failures.put(instance.dir(), e);
                if (!options.auto) {
                    return failures;
                }
            } catch (Exception e) {
                failures.put(instance.dir(), e);
            }
        }
        return failures;
    }

    /** Auto-send passes over instances whose form is no longer on the tablet, or does not want it. */
    private List<StoredInstance> pending() throws IOException {
        List<StoredInstance> pending = new ArrayList<>();
        for (StoredInstance instance : device.instances.in(InstanceShelf.FINALISED)) {
            if (options.wants(instance.formId()) && (!options.auto || isSentAutomatically(instance))) {
                pending.add(instance);
            }
        }
        return pending;
    }

    private boolean isSentAutomatically(StoredInstance instance) throws IOException {
        List<StoredForm> definitions = device.forms.of(instance.formId(), instance.version());
        return !definitions.isEmpty() && SubmissionRules.of(definitions.get(0)).isSentAutomatically(options.autoSend);
    }

    private void send(StoredInstance instance) throws Exception {
        String url = instance.metadata().get("submissionUrl").asText(null);
        Random random = options.random(instance.instanceId().hashCode());
        boolean race = random.nextDouble() < options.race;
        boolean resend = random.nextDouble() < options.resend;
        if (race) {
            sendTwiceAtOnce(instance, url);
            report.count("sent_twice_at_once");
        } else {
            uploader.upload(instance, url);
        }
        if (resend) {
            uploader.upload(instance, url);
            report.count("sent_again");
        }
        device.instances.move(instance.dir(), InstanceShelf.SENT);
        report.count("sent");
    }

    private void sendTwiceAtOnce(StoredInstance instance, String url) throws Exception {
        CompletableFuture<Void> twin = CompletableFuture.runAsync(() -> {
            try {
                uploader.upload(instance, url);
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }, task -> new Thread(task).start());
        try {
            uploader.upload(instance, url);
        } finally {
            twin.handle((done, error) -> null).join();
        }
        try {
            twin.get();
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }
}
