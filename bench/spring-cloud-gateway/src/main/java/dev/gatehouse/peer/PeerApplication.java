package dev.gatehouse.peer;

import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.uri;
import static org.springframework.cloud.gateway.server.mvc.filter.Bucket4jFilterFunctions.rateLimit;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** One route, {@code GET /items/*}, with a token and a limit of the token's subject. */
@SpringBootApplication
public class PeerApplication {
  private static final long RATE = 1_000_000;

  @Bean
  SecurityFilterChain security(HttpSecurity http) throws Exception {
    return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .build();
  }

  @Bean
  RouterFunction<ServerResponse> items(@Value("${PEER_SERVICE}") String service) {
    return route("items")
        .GET("/items/**", http())
        .before(uri(service))
        .filter(
            rateLimit(
                limit ->
                    limit
                        .setCapacity(RATE)
                        .setPeriod(Duration.ofSeconds(1))
                        .setKeyResolver(PeerApplication::subject)))
        .build();
  }

  private static String subject(ServerRequest request) {
    return request.principal().orElseThrow().getName();
  }
}
