import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.binary.api.IBinaryStorageSvc;
import ca.uhn.fhir.jpa.binary.svc.NullBinaryStorageSvcImpl;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import jakarta.persistence.EntityManagerFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import javax.sql.DataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * A HAPI FHIR R4 server on a free loopback port, its data in memory only.
 *
 * <p>{@code HapiServer URLFILE}: writes the base URL into URLFILE when requests are answered, and
 * ends on SIGTERM. HAPI's defaults are kept on purpose, referential integrity above all: the tests
 * ask what a server as people run it does.
 */
public final class HapiServer {
  private HapiServer() {}

  /** What HAPI's own configuration classes leave to the application. */
  @Configuration
  @Import({
    JpaR4Config.class,
    HapiJpaConfig.class,
    ThreadPoolFactoryConfig.class,
    JpaBatch2Config.class,
    Batch2JobsConfig.class,
    SubscriptionChannelConfig.class
  })
  public static class Parts {
    @Bean(destroyMethod = "dispose")
    public JdbcConnectionPool dataSource() {
      JdbcConnectionPool pool =
          JdbcConnectionPool.create("jdbc:h2:mem:oncobridge;DB_CLOSE_DELAY=-1", "sa", "");
      pool.setMaxConnections(16);
      return pool;
    }

    @Bean
    public JpaStorageSettings storageSettings() {
      JpaStorageSettings settings = new JpaStorageSettings();
      settings.setSchedulingDisabled(true); // no background jobs between a test's requests
      return settings;
    }

    @Bean
    public PartitionSettings partitionSettings() {
      return new PartitionSettings();
    }

    @Bean
    public SubscriptionSettings subscriptionSettings() {
      return new SubscriptionSettings();
    }

    @Bean
    public IBinaryStorageSvc binaryStorage() {
      return new NullBinaryStorageSvcImpl();
    }

    @Bean
    public LocalContainerEntityManagerFactoryBean entityManagerFactory(
        ConfigurableListableBeanFactory beans,
        FhirContext context,
        JpaStorageSettings settings,
        DataSource database) {
      Properties hibernate = new Properties();
      hibernate.setProperty("hibernate.dialect", HapiFhirH2Dialect.class.getName());
      hibernate.setProperty("hibernate.hbm2ddl.auto", "create");
      hibernate.setProperty("hibernate.search.enabled", "false");
      LocalContainerEntityManagerFactoryBean factory =
          HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, context, settings);
      factory.setPersistenceUnitName("HAPI_PU");
      factory.setDataSource(database);
      factory.setJpaProperties(hibernate);
      return factory;
    }

    @Bean
    @Primary
    public JpaTransactionManager transactionManager(EntityManagerFactory factory) {
      return new JpaTransactionManager(factory);
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 1) {
      System.err.println("usage: HapiServer URLFILE");
      System.exit(2);
    }
    AnnotationConfigApplicationContext parts = new AnnotationConfigApplicationContext(Parts.class);
    RestfulServer fhir = new RestfulServer(parts.getBean(FhirContext.class));
    fhir.registerProviders(parts.getBean(ResourceProviderFactory.class).createProviders());
    fhir.registerProvider(parts.getBean(JpaSystemProvider.class));
    fhir.setPagingProvider(parts.getBean(DatabaseBackedPagingProvider.class));

    ServletContextHandler root = new ServletContextHandler("/");
    root.addServlet(new ServletHolder(fhir), "/fhir/*");
    Server jetty = new Server(new InetSocketAddress("127.0.0.1", 0));
    jetty.setHandler(root);
    jetty.setStopAtShutdown(true);
    jetty.start();
    Runtime.getRuntime().addShutdownHook(new Thread(parts::close));

    int port = ((NetworkConnector) jetty.getConnectors()[0]).getLocalPort();
    Path target = Path.of(arguments[0]);
    Path written = Path.of(arguments[0] + ".new");
    Files.writeString(written, "http://127.0.0.1:" + port + "/fhir\n");
    Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
    jetty.join();
  }
}
