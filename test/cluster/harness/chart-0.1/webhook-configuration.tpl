{{ include "paddlock.webhookHead" (list . "ValidatingWebhookConfiguration") }}
webhooks:
  - name: validate.paddlock.dev
    admissionReviewVersions: [v1]
    sideEffects: None
    matchPolicy: Equivalent
    failurePolicy: {{ include "paddlock.failurePolicy" . }}
    {{- include "paddlock.webhookCall" (list . "/validate") | nindent 4 }}
    rules:
      {{- include "paddlock.webhookRules" (list (include "paddlock.judged" . | fromYaml).pods list) | trim | nindent 6 }}
      {{- with .Values.webhook.extraRules }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
