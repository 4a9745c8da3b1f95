// Signs an image in a registry on loopback as Notation does, for tests: notation REFERENCE jws|cose KEY CHAIN [EXPIRY]
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/notaryproject/notation-core-go/signature/cose"
	"github.com/notaryproject/notation-core-go/signature/jws"
	"github.com/notaryproject/notation-go"
	"github.com/notaryproject/notation-go/registry"
	"github.com/notaryproject/notation-go/signer"
	"oras.land/oras-go/v2/registry/remote"
)

func main() {
	if len(os.Args) < 5 {
		log.Fatal("notation REFERENCE jws|cose KEY CHAIN [EXPIRY]")
	}
	reference, format, key, chain := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	mediaType := map[string]string{"jws": jws.MediaTypeEnvelope, "cose": cose.MediaTypeEnvelope}[format]
	var expiry time.Duration
	if len(os.Args) > 5 {
		expiry = must(time.ParseDuration(os.Args[5]))
	}
	repository := must(remote.NewRepository(reference))
	repository.PlainHTTP = true
	sign := must(signer.NewGenericSignerFromFiles(key, chain))
	signed := must(notation.Sign(context.Background(), sign, registry.NewRepository(repository), notation.SignOptions{
		ArtifactReference: reference,
		SignerSignOptions: notation.SignerSignOptions{
			SignatureMediaType: mediaType,
			ExpiryDuration:     expiry,
			SigningAgent:       "paddlock tests",
		},
	}))
	fmt.Println(signed.Digest)
}

func must[Value any](value Value, err error) Value {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
